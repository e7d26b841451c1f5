import { describe as suite, expect, it } from 'vitest';
import { dictionary, readRows, tableOf } from '../tests/cohorts.js';
import { distance, references } from '../tests/references.js';
import { NO_FLOORS, simulate } from '../tests/simulate.js';
import { describe, type DescribeValues } from './describe.js';
import { hideTable } from './hide-table.js';
import { binnedQuantile } from './quantiles.js';

const rows = (['centre', 'north', 'south'] as const).map(readRows);
const tables = rows.map(tableOf);
const parameters = { variables: ['age', 'nodes', 'size', 'meno'], by: 'grade' };
const SIZES = ['<=20', '20-50', '>50'];

function named({ columns, patients, rows: lines }: DescribeValues): Map<string, number> {
  const found = new Map<string, number>();
  columns.forEach((code, at) => {
    const group = code ?? 'all';
    found.set(`n ${group}`, patients[at] ?? Number.NaN);
    for (const line of lines) {
      found.set(`${line.variable} difference`, line.difference ?? Number.NaN);
      if (line.kind === 'levels') {
        line.levels.forEach((level, index) => {
          const name = line.variable === 'size' ? SIZES[index] : level;
          found.set(`${line.variable} ${name} ${group}`, line.counts[at]?.[index] ?? Number.NaN);
        });
        continue;
      }
      const summary = line.columns[at];
      found.set(`${line.variable} mean ${group}`, summary?.mean ?? Number.NaN);
      found.set(`${line.variable} sd ${group}`, summary?.sd ?? Number.NaN);
      for (const [p, key] of [
        [0.25, 'q1'],
        [0.5, 'median'],
        [0.75, 'q3']
      ] as const)
        found.set(`${line.variable} quantile ${p} ${group}`, summary?.[key] ?? Number.NaN);
    }
  });
  return found;
}

// Rule D2 and a second cell where there is only one, written a second time.
function hideLine(counts: readonly number[]): boolean[] {
  const hidden = counts.map(count => count < 11);
  if (hidden.filter(Boolean).length !== 1 || hidden.length < 2) return hidden;
  const shown = counts.map((count, index) => (hidden[index] ? Infinity : count));
  hidden[shown.indexOf(Math.min(...shown))] = true;
  return hidden;
}

const refusal = (code: string) => expect.objectContaining({ code }) as Error;

suite('describe', () => {
  it('equals R', () => {
    const actual = named(simulate(describe, parameters, tables).values);
    const expected = [...references('describe').values()];
    expect(expected.length).toBe(40);
    for (const reference of expected)
      expect(
        distance(actual.get(reference.name) ?? Number.NaN, reference),
        reference.name
      ).toBeLessThanOrEqual(reference.tolerance);
  });

  it('gives the same however the rows are spread', () => {
    const together = simulate(describe, parameters, [tableOf(rows.flat())]).values;
    const apart = named(simulate(describe, parameters, tables).values);
    for (const [name, value] of named(together))
      expect(apart.get(name), name).toBeCloseTo(value, 9);
  });

  it('hides small groups and what would give them away', () => {
    const few = tableOf([
      ...(rows[0] ?? []).filter(row => row['grade'] === '3').slice(0, 5),
      ...(rows[0] ?? []).filter(row => row['grade'] !== '3').slice(0, 200)
    ]);
    const { values } = simulate(describe, parameters, [few]);
    expect(values.patients[2]).toBeNull();
    for (const line of values.rows) {
      if (line.kind === 'number') {
        expect(line.columns[2]).toMatchObject({ mean: null, sd: null, median: null });
        expect(line.difference).toBeNull();
      } else expect(line.counts[2]?.every(count => count === null)).toBe(true);
    }
  });

  it('says nothing of an empty cohort: ANALYSIS_NO_ROWS', () => {
    expect(() => simulate(describe, parameters, [tableOf([])])).toThrow(
      refusal('ANALYSIS_NO_ROWS')
    );
    const [one] = rows[0] ?? [];
    const { values } = simulate(
      describe,
      { variables: ['age'] },
      [tableOf(one ? [one] : [])],
      NO_FLOORS
    );
    expect(values.rows[0]).toMatchObject({ columns: [{ n: 1, mean: null, sd: null }] });
  });

  it('takes numbers, booleans and categories: PLAN_WRONG_TYPE, PLAN_UNKNOWN_VARIABLE', () => {
    const limits = { dictionary, limits: NO_FLOORS, hospitals: 3 };
    expect(() => describe.check({ variables: ['rfs'] }, limits)).toThrow(
      refusal('PLAN_WRONG_TYPE')
    );
    expect(() => describe.check({ variables: ['nobody'] }, limits)).toThrow(
      refusal('PLAN_UNKNOWN_VARIABLE')
    );
    expect(() => describe.check({ variables: ['age'], by: 'age' }, limits)).toThrow(
      refusal('PLAN_WRONG_TYPE')
    );
  });

  it('tells both languages', () => {
    const { values } = simulate(describe, parameters, tables);
    const { sentences, tables: shown } = describe.present(values, parameters, {
      dictionary,
      limits: NO_FLOORS,
      hospitals: [1, 2, 3].map(n => ({ en: `H${n}`, fr: `H${n}` })),
      asked: 3,
      scope: 'pooled'
    });
    expect(sentences.en[0]).toBe('The table describes 2,982 patients at 3 of 3 hospitals.');
    expect(sentences.fr[0]).toMatch(/^Le tableau décrit 2\s982 patients/);
    expect(shown[0]?.rows.every(({ cells }) => cells.length === shown[0]?.columns.length)).toBe(
      true
    );
  });
});

suite('quantiles from bins', () => {
  it('knows no quantile of nobody, and interpolates within a bin', () => {
    expect(binnedQuantile([0, 0], [0, 1, 2], 0.5)).toBeNull();
    expect(binnedQuantile([0, 4, 0], [0, 10, 20, 30], 0.5)).toEqual({ value: 15, cellPatients: 4 });
  });
});

suite('two-way tables', () => {
  it('leaves no line in which a total gives a hidden cell away', () => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 500; round += 1) {
      const counts = Array.from({ length: 2 + Math.floor(random() * 4) }, () =>
        Array.from({ length: 4 }, () => Math.floor(random() ** 3 * 80))
      );
      const hidden = hideTable(counts, hideLine);
      const lines = [
        ...counts.map((row, r) => row.map((count, c) => ({ count, hidden: hidden[r]?.[c] }))),
        ...[0, 1, 2, 3].map(c =>
          counts.map((row, r) => ({ count: row[c] ?? 0, hidden: hidden[r]?.[c] }))
        )
      ];
      for (const line of lines) {
        expect(line.every(({ count, hidden: away }) => away === true || count >= 11)).toBe(true);
        const away = line.filter(cell => cell.hidden);
        if (away.length > 0 && away.length < line.length) expect(away.length).toBeGreaterThan(1);
      }
    }
  });
});
