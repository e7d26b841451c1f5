import { readFileSync } from 'node:fs';
import type { FederationView } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { limitText, type LimitTexts } from './limit-text';

const LOCALE = new URL('../../locale/fr_FR/wardbook.json', import.meta.url);
const catalogue = JSON.parse(readFileSync(LOCALE, 'utf8')) as Record<string, string[]>;
const fill = (text: string, values: readonly unknown[]) =>
  text.replace(/%(\d)/g, (_, index) => String(values[Number(index) - 1]));
const french: LimitTexts['trans'] = {
  __: (text, ...values) => fill(catalogue[text]?.[0] ?? text, values),
  _n: (one, many, n, ...values) => fill(catalogue[one]?.[n > 1 ? 1 : 0] ?? many, [n, ...values])
};
const south = { id: 'south', name: { en: 'South Hospital', fr: 'Hôpital Sud' } };
const view = { hospitals: [south] } as unknown as FederationView;
const say = (details: string) => limitText(details, { trans: french, language: 'fr', view });

describe('the limits of a refusal', () => {
  it('are words in the language of the page, with the name of the hospital', () => {
    expect(say('hospitalCohort: 11\nhospital: south')).toBe(
      'au moins 11 personnes par hôpital · Hôpital Sud'
    );
    expect(say('variable: siz')).toBe('variable «\u00a0siz\u00a0»');
  });

  it.each([
    'k',
    'hospitalCohort',
    'patientsForMedian',
    'parametersPerEvent',
    'residualDof',
    'minHospitals',
    'variable',
    'analysis',
    'study'
  ])('say %s in French', key => {
    const said = say(`${key}: 7`);
    expect(said).toContain('7');
    expect(said).not.toContain(`${key}: `);
    expect(said).not.toMatch(/at least|at most/);
  });

  it('stay as they are when this page does not know them', () => {
    expect(say('later: 3')).toBe('later: 3');
    expect(say('hospital: west')).toBe('hospital: west');
    const alone = limitText('hospital: south', { trans: french, language: 'fr', view: null });
    expect(alone).toBe('hospital: south');
    expect(say('')).toBe('');
  });

  it('leave the frames of the code below them', () => {
    expect(say('k: 11\n    at Cell 3:2:1\n> 2 | count()')).toBe(
      'au moins 11 personnes par groupe\n    at Cell 3:2:1\n> 2 | count()'
    );
    expect(say('    at Cell 3:2:1')).toBe('    at Cell 3:2:1');
  });
});
