import { describe, expect, it } from 'vitest';
import { dictionary, readRows, tableOf } from '../tests/cohorts.js';
import { distance, references } from '../tests/references.js';
import { LIMITS, NO_FLOORS, simulate } from '../tests/simulate.js';
import { kaplanMeier, type KaplanMeierValues } from './kaplan-meier.js';
import { survivalAt } from './present.js';

const hospitals = (['centre', 'north', 'south'] as const).map(readRows);
const tables = hospitals.map(tableOf);
const expected = references('kaplan-meier');
const grid = { event: 'rfs', by: 'size', mode: 'grid' } as const;

function named(values: KaplanMeierValues, prefix = ''): Map<string, number> {
  const found = new Map<string, number>();
  for (const group of values.groups) {
    const level = group.level ?? '';
    found.set(`n ${level}`, group.n).set(`events ${level}`, group.events);
    found.set(`median ${level}`, group.medianDays ?? Number.NaN);
    found.set(`median lower ${level}`, group.medianLowerDays ?? Number.NaN);
    found.set(`restricted mean ${level}`, group.restrictedMean.valueDays);
    found.set(`restricted mean se ${level}`, group.restrictedMean.seDays);
    for (const years of [1, 5]) {
      const at = survivalAt(group, years * 365.25);
      found.set(`${prefix}survival ${years}y ${level}`, at.survival);
      found.set(`${prefix}lower ${years}y ${level}`, at.lower ?? Number.NaN);
      found.set(`${prefix}upper ${years}y ${level}`, at.upper ?? Number.NaN);
    }
  }
  if (values.logRank) {
    found.set(`${prefix}log-rank chi-squared`, values.logRank.chiSquared);
    found.set(`${prefix}log-rank p`, values.logRank.p);
  }
  return found;
}

describe('kaplan-meier', () => {
  it('equals R on the same gridded times', () => {
    const actual = named(simulate(kaplanMeier, grid, tables).values);
    const compared = [...expected.values()].filter(({ name }) => !name.startsWith('exact'));
    expect(compared.length).toBeGreaterThan(30);
    for (const reference of compared)
      expect(
        distance(actual.get(reference.name) ?? Number.NaN, reference),
        reference.name
      ).toBeLessThanOrEqual(reference.tolerance);
  });

  it('equals R on exact times where the data are public', () => {
    const { values } = simulate(
      kaplanMeier,
      { ...grid, mode: 'exact', interval: 'log' },
      tables,
      NO_FLOORS
    );
    const actual = new Map([...named(values)].map(([name, value]) => [`exact ${name}`, value]));
    for (const name of [
      'survival 5y le20',
      'survival 5y 20to50',
      'survival 5y gt50',
      'log-rank chi-squared'
    ])
      expect(actual.get(`exact ${name}`), name).toBeCloseTo(
        expected.get(`exact ${name}`)?.value ?? Number.NaN,
        9
      );
  });

  it('gives the same whatever way the same rows are divided into hospitals', () => {
    const all = hospitals.flat();
    const whole = simulate(kaplanMeier, grid, [tableOf(all)]).values;
    for (const parts of [3, 5, 50]) {
      const divided = Array.from({ length: parts }, (_, part) =>
        tableOf(all.filter((_, row) => (row * 7919) % parts === part))
      );
      expect(simulate(kaplanMeier, grid, divided).values).toEqual(whole);
    }
  });

  it('has at least eleven people leaving in every cell of every group', () => {
    const { evidence } = simulate(kaplanMeier, grid, tables);
    const leavers = evidence.survival.flatMap(({ leavers: cells }) => cells.flat());
    expect(Math.min(...leavers)).toBeGreaterThanOrEqual(11);
  });

  it('refuses exact times under the floors with GUARD_EXACT_TIMES', () => {
    expect(() => simulate(kaplanMeier, { ...grid, mode: 'exact' }, tables)).toThrow(
      expect.objectContaining({ code: 'GUARD_EXACT_TIMES' })
    );
  });

  it('refuses an empty cohort with ANALYSIS_NO_ROWS and leaves rows with missing values out', () => {
    expect(() => simulate(kaplanMeier, grid, [tableOf([])])).toThrow(
      expect.objectContaining({ code: 'ANALYSIS_NO_ROWS' })
    );
    const rows = readRows('south').map((row, index) => (index < 40 ? { ...row, size: 'NA' } : row));
    const { values } = simulate(kaplanMeier, grid, [tableOf(rows)]);
    expect(values.groups.reduce((sum, { n }) => sum + n, 0)).toBe(rows.length - 40);
  });

  it.each([1, 2])('works on %i patients where the data are public', count => {
    const { values } = simulate(
      kaplanMeier,
      { event: 'rfs', mode: 'exact' },
      [tableOf(readRows('south').slice(0, count))],
      NO_FLOORS
    );
    expect(values.groups[0]?.n).toBe(count);
    expect(values.groups[0]?.curve.atRisk[0]).toBe(count);
  });

  it('reads as a modest sentence in both languages', () => {
    const { values } = simulate(kaplanMeier, grid, tables);
    const { sentences, figures } = kaplanMeier.present(values, grid, {
      dictionary,
      limits: LIMITS,
      hospitals: [
        { en: 'North', fr: 'Nord' },
        { en: 'Centre', fr: 'Centre' },
        { en: 'South', fr: 'Sud' }
      ],
      asked: 3,
      scope: 'pooled'
    });
    expect(sentences.en[0]).toContain(
      'At 5 years an estimated 69.5% (95% CI 67.0 to 71.9%) of the 1,387 patients (20 mm or less)'
    );
    expect(sentences.fr[0]).toContain(
      '69,5\u202f% (IC à 95\u202f%\u202f: 67,0 à 71,9\u202f%) des 1\u202f387 patientes (20 mm ou moins)'
    );
    expect(sentences.en.join(' ')).not.toMatch(/significant|caused|proves/i);
    expect(JSON.stringify(figures[0]?.spec.en)).not.toContain('"url"');
  });
});
