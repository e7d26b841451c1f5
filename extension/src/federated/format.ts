import type { IRenderMime } from '@jupyterlab/rendermime';
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

/** What left the hospitals, in one line and then part by part. */
export interface EgressText {
  readonly summary: string;
  readonly parts: readonly string[];
}

/** Says in the language of the page what left the hospitals for a result. */
export function egressText(
  result: Result,
  trans: Pick<IRenderMime.TranslationBundle, '__' | '_n'>,
  language: Language
): EgressText {
  const whole = (value: number) => formatNumber(value, 0, language);
  const count = valuesThatLeft(result);
  const summary =
    result.provenance.scope === 'pooled'
      ? trans._n(
          'What left the hospitals: %2 number in sums, no record',
          'What left the hospitals: %2 numbers in sums, no record',
          count,
          whole(count)
        )
      : trans._n(
          'What left the hospital: %2 rounded number, no record',
          'What left the hospital: %2 rounded numbers, no record',
          count,
          whole(count)
        );
  const parts = result.egress.map(({ label, values, rounds }) => {
    const numbers = trans._n('%2 number', '%2 numbers', values, whole(values));
    const times = trans._n('%2 time', '%2 times', rounds, whole(rounds));
    return trans.__('%1: %2, %3', label[language], numbers, times);
  });
  return { summary, parts };
}
