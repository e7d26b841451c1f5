import type { ITranslator } from '@jupyterlab/translation';

/** The languages that Wardbook writes itself. */
export type Language = 'en' | 'fr';

/** The language of the page, as JupyterLab's setting says. */
export function languageOf(translator: ITranslator): Language {
  return translator.languageCode.toLowerCase().startsWith('fr') ? 'fr' : 'en';
}

/** Marks the page's language, so that texts written in both show one (style/language.css). */
export function markLanguage(language: Language): void {
  document.body.dataset['wardbookLanguage'] = language;
}
