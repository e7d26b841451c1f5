import { readFileSync } from 'node:fs';
import type { Result } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { egressText, valuesThatLeft } from './format';
import { modeText } from './mode';

const line = (values: number, rounds: number) => ({
  label: { en: 'sums', fr: 'sommes' },
  values,
  rounds,
  summed: true
});

describe('what left the hospitals', () => {
  it('counts the numbers of a round once for each of its rounds', () => {
    const result = { egress: [line(10, 1), line(4, 6)] } as unknown as Result;
    expect(valuesThatLeft(result)).toBe(34);
  });
});

const LOCALE = new URL('../../locale/fr_FR/wardbook.json', import.meta.url);
const catalogue = JSON.parse(readFileSync(LOCALE, 'utf8')) as Record<string, string[]>;
const fill = (text: string, values: readonly unknown[]) =>
  text.replace(/%(\d)/g, (_, index) => String(values[Number(index) - 1]));
const english = {
  __: (text: string, ...values: unknown[]) => fill(text, values),
  _n: (one: string, many: string, n: number, ...values: unknown[]) =>
    fill(n === 1 ? one : many, [n, ...values])
};
const french = {
  __: (text: string, ...values: unknown[]) => fill(catalogue[text]?.[0] ?? text, values),
  _n: (one: string, many: string, n: number, ...values: unknown[]) =>
    fill(catalogue[one]?.[n > 1 ? 1 : 0] ?? many, [n, ...values])
};

describe('what left the hospitals, in words', () => {
  const of = (scope: string, ...egress: unknown[]) =>
    ({ provenance: { scope }, egress }) as unknown as Result;

  it('is one number, or more of them', () => {
    expect(egressText(of('pooled', line(1, 1)), english, 'en')).toEqual({
      summary: 'What left the hospitals: 1 number in sums, no record',
      parts: ['sums: 1 number, 1 time']
    });
    expect(egressText(of('per-hospital', line(1_200, 2)), english, 'en')).toEqual({
      summary: 'What left the hospital: 2,400 rounded numbers, no record',
      parts: ['sums: 1,200 numbers, 2 times']
    });
  });

  it('is so in French too', () => {
    expect(egressText(of('pooled', line(1, 1)), french, 'fr')).toEqual({
      summary: 'Ce qui est sorti des hôpitaux\u00a0: 1 nombre dans des sommes, aucun dossier',
      parts: ['sommes\u00a0: 1 nombre, 1 fois']
    });
    expect(egressText(of('per-hospital', line(4, 3)), french, 'fr')).toEqual({
      summary: 'Ce qui est sorti de l’hôpital\u00a0: 12 nombres arrondis, aucun dossier',
      parts: ['sommes\u00a0: 4 nombres, 3 fois']
    });
  });
});

describe('the method in words', () => {
  it.each(['exact', 'exact, quartiles from bins', 'grid', 'stratified'])(
    'knows the mode %s',
    mode => {
      expect(modeText(mode, { __: text => `fr: ${text}` })).toMatch(/^fr: /u);
    }
  );

  it('shows a mode that it does not know as it is', () => {
    expect(modeText('later', { __: text => `fr: ${text}` })).toBe('later');
  });
});
