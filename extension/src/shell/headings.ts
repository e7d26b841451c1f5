import type { IMarkdownParser } from '@jupyterlab/rendermime';
import type { Language } from './language';

const OTHER: Readonly<Record<Language, Language>> = { en: 'fr', fr: 'en' };

/** Text of a cell without what it says in the other language; every line keeps its place. */
export function inLanguage(text: string, language: Language): string {
  const hidden = new RegExp(`<div lang="${OTHER[language]}">[\\s\\S]*?</div>`, 'g');
  return text.replace(hidden, block => '\n'.repeat(block.split('\n').length - 1));
}

/** Keeps headings that the page does not show (style/language.css) out of the table of contents. */
export function keepHeadings(parser: IMarkdownParser, language: Language): void {
  const original = parser.getHeadingTokens?.bind(parser);
  if (original === undefined) return;
  parser.getHeadingTokens = text => original(inLanguage(text, language));
}
