import type { Dictionary, FrequencyEvidence, HideCells } from '@wardbook/protocol';
import { variableOf } from './cohort.js';
import { formatNumber } from './text.js';

/** Patients of a cohort that an analysis leaves out since a value is missing. */
export interface LeftOut {
  /** null = hidden: fewer than k, possibly none. */
  readonly leftOut: number | null;
  readonly evidence: readonly FrequencyEvidence[];
}

/**
 * Patients left out by an analysis of complete cases, hidden by rule D2. Nobody is left out where all variables
 * are declared complete: that zero is public.
 *
 * @param counts patients of the cohort, and those who enter
 * @param names variables whose missing values leave a patient out
 */
export function leftOutOf(
  counts: { readonly cohort: number; readonly used: number },
  names: readonly string[],
  { dictionary, hide }: { readonly dictionary: Dictionary; readonly hide: HideCells }
): LeftOut {
  const leftOut = counts.cohort - counts.used;
  const complete = names.every(name => variableOf(dictionary, name).complete === true);
  if (complete && leftOut === 0) return { leftOut, evidence: [] };
  const hidden = hide([leftOut]);
  return {
    leftOut: hidden[0] === false ? leftOut : null,
    evidence: [{ name: 'left out for a missing value', counts: [leftOut], hidden }]
  };
}

/** The sentence of `leftOutOf`, with a space before it; empty when nobody is left out. */
export function leftOutSentence(leftOut: number | null, k: number, language: 'en' | 'fr'): string {
  if (leftOut === 0) return '';
  if (leftOut === null)
    return language === 'fr'
      ? ` Moins de ${k} patients, peut-être aucun, sont exclus faute d’une valeur.`
      : ` Fewer than ${k} patients, possibly none, are left out for a missing value.`;
  const people = formatNumber(leftOut, language);
  return language === 'fr'
    ? ` ${people} patients sont exclus faute d’une valeur.`
    : ` ${people} patients are left out for a missing value.`;
}
