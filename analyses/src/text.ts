/** A number for a sentence: `digits` decimals; French with decimal comma and narrow no-break spaces. */
export function formatNumber(value: number, language: 'en' | 'fr', digits = 0): string {
  const key = `${language}${digits}`;
  const known = formats.get(key);
  if (known !== undefined) return known.format(value);
  const format = new Intl.NumberFormat(language === 'en' ? 'en-GB' : 'fr-FR', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits
  });
  formats.set(key, format);
  return format.format(value);
}

// Making a format costs a thousand times as much as using it.
const formats = new Map<string, Intl.NumberFormat>();

/** Narrow no-break space (U+202F), before % : ; in French. */
export const THIN = '\u202f';

/** A percentage 0–100 for a sentence. */
export function formatPercent(value: number, language: 'en' | 'fr', digits = 0): string {
  return `${formatNumber(value, language, digits)}${language === 'fr' ? THIN : ''}%`;
}

/** A p-value for a sentence: two significant digits, or below 0.001. */
export function formatP(p: number, language: 'en' | 'fr'): string {
  if (p < 0.001) return language === 'fr' ? `<${THIN}0,001` : '< 0.001';
  const digits = p >= 0.1 ? 2 : p >= 0.01 ? 3 : 4;
  return `=${language === 'fr' ? THIN : ' '}${formatNumber(p, language, digits)}`;
}

/** A label inside a sentence. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
