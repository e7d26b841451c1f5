import { Cohort } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { selectCohort } from '../cohort.js';
import { dictionary, readRows, tableOf } from '../tests/cohorts.js';
import { distance, references } from '../tests/references.js';
import { LIMITS, NO_FLOORS, simulate } from '../tests/simulate.js';
import { kaplanMeier, type KaplanMeierValues } from './kaplan-meier.js';
import { survivalAt } from './present.js';

const hospitals = (['centre', 'north', 'south'] as const).map(readRows);
const tables = hospitals.map(tableOf);
const expected = references('kaplan-meier');
const grid = { event: 'rfs', by: 'size', mode: 'grid' } as const;

function named(values: KaplanMeierValues): Map<string, number> {
  const found = new Map<string, number>();
  for (const group of values.groups) {
    const level = group.level === null ? '' : ` ${group.level}`;
    found.set(`n${level}`, group.n).set(`events${level}`, group.events);
    found.set(`median${level}`, group.medianDays ?? Number.NaN);
    found.set(`median lower${level}`, group.medianLowerDays ?? Number.NaN);
    found.set(`median upper${level}`, group.medianUpperDays ?? Number.NaN);
    found.set(`restricted mean${level}`, group.restrictedMean.valueDays);
    found.set(`restricted mean se${level}`, group.restrictedMean.seDays);
    for (const years of [1, 5]) {
      const at = survivalAt(group, years * 365.25);
      found.set(`survival ${years}y${level}`, at?.survival ?? Number.NaN);
      found.set(`lower ${years}y${level}`, at?.lower ?? Number.NaN);
      found.set(`upper ${years}y${level}`, at?.upper ?? Number.NaN);
      found.set(`at risk ${years}y${level}`, at?.atRisk ?? Number.NaN);
    }
  }
  if (values.logRank) {
    found.set('log-rank chi-squared', values.logRank.chiSquared);
    found.set('log-rank p', values.logRank.p);
  }
  return found;
}

// Every reference whose name starts with the prefix, and how many there are.
function compare(values: KaplanMeierValues, prefix: '' | 'exact ' | '200 '): number {
  const actual = named(values);
  const compared = [...expected.values()].filter(({ name }) =>
    prefix === '' ? !/^(exact|200) /.test(name) : name.startsWith(prefix)
  );
  for (const reference of compared)
    expect(
      distance(actual.get(reference.name.slice(prefix.length)) ?? Number.NaN, reference),
      reference.name
    ).toBeLessThanOrEqual(reference.tolerance);
  return compared.length;
}

const context = {
  dictionary,
  limits: LIMITS,
  hospitals: [
    { en: 'North', fr: 'Nord' },
    { en: 'Centre', fr: 'Centre' },
    { en: 'South', fr: 'Sud' }
  ],
  asked: 3,
  scope: 'pooled'
} as const;

describe('kaplan-meier', () => {
  it('equals R on the same gridded times', () => {
    expect(compare(simulate(kaplanMeier, grid, tables).values, '')).toBe(47);
  });

  it('equals R on exact times where the data are public', () => {
    const exact = { ...grid, mode: 'exact', interval: 'log' } as const;
    expect(compare(simulate(kaplanMeier, exact, tables, NO_FLOORS).values, 'exact ')).toBe(10);
  });

  it('equals R for 200 patients over three hospitals', () => {
    const cohort = {
      and: [
        { variable: 'size', eq: 'le20' },
        { variable: 'age', between: [60, 65] }
      ]
    };
    const few = tables.map(table => selectCohort(table, Cohort.parse(cohort), ['rfs', 'rfs_days']));
    const { values } = simulate(kaplanMeier, { event: 'rfs', mode: 'grid' }, few);
    expect(compare(values, '200 ')).toBe(10);
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

  it('refuses an empty cohort like a small one and leaves rows with missing values out', () => {
    expect(() => simulate(kaplanMeier, grid, [tableOf([])])).toThrow(
      expect.objectContaining({ code: 'GUARD_TOO_FEW' })
    );
    const rows = readRows('south').map((row, index) => (index < 40 ? { ...row, size: 'NA' } : row));
    const { values } = simulate(kaplanMeier, grid, [tableOf(rows)]);
    expect(values.groups.reduce((sum, { n }) => sum + n, 0)).toBe(rows.length - 40);
    expect(values.leftOut).toBe(40);
    const { sentences } = kaplanMeier.present(values, grid, context);
    expect(sentences.en.at(-1)).toMatch(/ 40 patients are left out for a missing value\.$/);
    expect(sentences.fr.at(-1)).toMatch(/ 40 patients sont exclus faute d’une valeur\.$/);
  });

  it('hides how many are left out where they are few, and says none where none can be', () => {
    const rows = readRows('south').map((row, index) => (index < 3 ? { ...row, size: 'NA' } : row));
    const { values, evidence } = simulate(kaplanMeier, grid, [tableOf(rows)]);
    expect(values.leftOut).toBeNull();
    expect(evidence.frequencies.at(-1)).toMatchObject({ counts: [3], hidden: [true] });
    expect(kaplanMeier.present(values, grid, context).sentences.en.at(-1)).toMatch(
      / Fewer than 11 patients, possibly none, are left out for a missing value\.$/
    );
    expect(simulate(kaplanMeier, grid, tables).values.leftOut).toBe(0);
  });

  it('tells no survival after the end of the curve', () => {
    const short = readRows('centre').map(row => ({ ...row, rtime: '900', dtime: '900' }));
    const plan = { event: 'rfs', mode: 'grid' } as const;
    const { values } = simulate(kaplanMeier, plan, [tableOf(short)]);
    const [group] = values.groups;
    expect(group && survivalAt(group, 5 * 365.25)).toBeNull();
    const { sentences, tables: shown } = kaplanMeier.present(values, plan, context);
    expect(sentences.en[0]).toMatch(/^At 2 years an estimated /);
    expect(shown[0]?.columns[2]).toEqual({ en: 'at 2 years (%)', fr: 'à 2 ans (%)' });
    expect(shown[0]?.rows[0]?.cells[4]).toEqual({
      kind: 'text',
      text: { en: 'not reached', fr: 'non atteint' }
    });
    const first = simulate(kaplanMeier, plan, [
      tableOf(short.map(row => ({ ...row, rtime: '90', dtime: '90' })))
    ]).values;
    const early = kaplanMeier.present(first, plan, context);
    expect(early.sentences.fr[0]).toBe('Le suivi s’arrête avant un an.');
    expect(early.tables[0]?.rows[0]?.cells[2]).toMatchObject({ kind: 'text' });
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
    const { sentences, figures, tables: shown } = kaplanMeier.present(values, grid, context);
    expect(sentences.en[0]).toContain(
      'At 5 years an estimated 69.5% (95% CI 67.0 to 71.9%) of the 1,387 patients (20 mm or less)'
    );
    expect(sentences.fr[0]).toContain(
      'À 5 ans, la part estimée sans rechute ou décès est de 69,5\u202f% (IC à 95\u202f%\u202f: 67,0 à 71,9\u202f%) parmi les 1\u202f387 patients (20 mm ou moins)'
    );
    expect(shown[0]?.columns.at(-1)?.fr).toBe('moyenne sur 5 ans, en années');
    expect(sentences.en.join(' ')).not.toMatch(/significant|caused|proves/i);
    expect(JSON.stringify(figures[0]?.spec.en)).not.toContain('"url"');
  });
});
