import type { Result, ResultCell } from '@wardbook/protocol';
import type { Language } from '../shell/language';

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr-FR' };

/** A number as a person of that language writes it. */
export function formatNumber(value: number, digits: number, language: Language): string {
  return value.toLocaleString(LOCALES[language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits
  });
}

/** Text of one cell of a result table. */
export function formatCell(cell: ResultCell, language: Language, hidden: string): string {
  switch (cell.kind) {
    case 'number':
      return formatNumberCell(cell, language);
    case 'text':
      return cell.text[language];
    case 'hidden':
      return hidden;
    case 'none':
      return '';
  }
}

function formatNumberCell(
  { value, digits, style, interval }: Extract<ResultCell, { kind: 'number' }>,
  language: Language
): string {
  const number = (of: number) => formatNumber(of, digits, language);
  if (style === 'p-value' && value < 10 ** -digits) return `< ${number(10 ** -digits)}`;
  const unit = style === 'percent' ? (language === 'fr' ? '\u202f%' : '%') : '';
  if (interval === undefined) return `${number(value)}${unit}`;
  const [low, high] = interval;
  const between = language === 'fr' ? ' à ' : ' to ';
  return `${number(value)}${unit} (${number(low)}${between}${number(high)})`;
}

/** How many numbers left the hospitals, over all rounds. */
export function valuesThatLeft(result: Result): number {
  return result.egress.reduce((sum, { values, rounds }) => sum + values * rounds, 0);
}
