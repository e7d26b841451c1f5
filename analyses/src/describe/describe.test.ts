import { describe as suite, expect, it } from 'vitest';
import { dictionary, readRows, tableOf } from '../tests/cohorts.js';
import { distance, references } from '../tests/references.js';
import { NO_FLOORS, hideLine, simulate } from '../tests/simulate.js';
import { describe, type DescribeValues } from './describe.js';
import { determinedCell } from './determined.js';
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

  const few = tableOf([
    ...(rows[0] ?? []).filter(row => row['grade'] === '3').slice(0, 5),
    ...(rows[0] ?? []).filter(row => row['grade'] !== '3').slice(0, 200)
  ]);

  it('hides small groups and what would give them away', () => {
    const { values, evidence } = simulate(describe, parameters, [few]);
    expect(values.patients).toEqual([205, null, null]);
    const nothing = { n: null, missing: null, mean: null, sd: null };
    const noQuartiles = { q1: null, median: null, q3: null };
    for (const line of values.rows) {
      if (line.kind === 'number') {
        expect(line.columns[0]).toMatchObject({ n: 205, missing: 0 });
        for (const column of line.columns.slice(1))
          expect(column).toEqual({ ...nothing, ...noQuartiles });
      } else
        expect(
          line.counts
            .slice(1)
            .flat()
            .every(count => count === null)
        ).toBe(true);
      expect(line.difference).toBeNull();
    }
    const judged = evidence.frequencies.filter(({ name }) => name.startsWith('age values'));
    expect(judged.map(({ hidden }) => hidden)).toEqual([[false], [true], [true], [true, true]]);
  });

  it('hides every cell of a group that only protects another one, and its means', () => {
    const size = (level: string) => (rows[0] ?? []).filter(row => row['size'] === level);
    const three = tableOf([
      ...size('>50').slice(0, 4),
      ...size('20-50').slice(0, 60),
      ...size('<=20').slice(0, 150)
    ]);
    const { values, evidence } = simulate(describe, { variables: ['age', 'meno'], by: 'size' }, [
      three
    ]);
    expect(values.patients).toEqual([214, 150, null, null]);
    for (const line of values.rows)
      if (line.kind === 'number')
        expect(line.columns.map(({ n, mean }) => [n, mean !== null])).toEqual([
          [214, true],
          [150, true],
          [null, false],
          [null, false]
        ]);
      else
        expect(
          line.counts
            .slice(2)
            .flat()
            .every(count => count === null)
        ).toBe(true);
    expect(evidence.scalars).toContainEqual({ name: 'age of the others', patients: 64, dof: 63 });
  });

  it('hides a number of missing values in its mean too, which would tell it by all its digits', () => {
    const years = Float64Array.from({ length: 205 }, (_, row) =>
      row < 3 ? Number.NaN : 1980 + (row % 14)
    );
    const columns = new Map(few.columns).set('year', { kind: 'number', values: years });
    const { values } = simulate(describe, { variables: ['year'] }, [{ ...few, columns }]);
    const [line] = values.rows;
    if (line?.kind !== 'number') throw new Error('not a number');
    const [summary] = line.columns;
    expect(summary).toMatchObject({ n: null, missing: null });
    const possible = Array.from({ length: 11 }, (_, missing) => {
      const total = (summary?.mean ?? Number.NaN) * (205 - missing);
      return Math.abs(total - Math.round(total)) <= 0.05 * 205;
    });
    expect(possible.every(Boolean)).toBe(true);
    expect(String(summary?.mean).length).toBeLessThan(8);
    expect(String(summary?.sd).length).toBeLessThan(5);
    expect(String(summary?.median).length).toBeLessThan(8);
  });

  it('says of an empty cohort what it says of a small one; without floors ANALYSIS_NO_ROWS', () => {
    expect(() => simulate(describe, parameters, [tableOf([])])).toThrow(refusal('GUARD_TOO_FEW'));
    expect(() => simulate(describe, parameters, [tableOf([])], NO_FLOORS)).toThrow(
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
      const hidden = hideTable(counts, hideLine(11));
      const lines = [
        ...counts.map((row, r) => row.map((count, c) => ({ count, hidden: hidden[r]?.[c] }))),
        ...[0, 1, 2, 3].map(c =>
          counts.map((row, r) => ({ count: row[c] ?? 0, hidden: hidden[r]?.[c] }))
        )
      ];
      for (const line of lines) {
        expect(line.every(({ count, hidden: away }) => away === true || count >= 11)).toBe(true);
        const away = line.filter(cell => cell.hidden);
        if (away.length === 0 || away.length === line.length) continue;
        expect(away.length).toBeGreaterThan(1);
        expect(away.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(11);
      }
    }
  });

  it('leaves no cell that all totals together determine', () => {
    // Two squares of hidden cells, joined by one cell of four people: every line hides two or more.
    const counts = [
      [3, 9, 80, 90, 70],
      [9, 3, 4, 95, 60],
      [85, 75, 90, 3, 9],
      [95, 65, 70, 9, 3],
      [90, 85, 9, 8, 75]
    ];
    const hidden = hideTable(counts, hideLine(11));
    expect(determinedCell(hidden, { rows: [], columns: [] })).toBeNull();
  });

  it('knows the cell that joins two squares, and that a line without a total ties nothing', () => {
    const hidden = [
      [true, true, false, false],
      [true, true, true, false],
      [false, false, true, true],
      [false, false, true, true]
    ];
    const shown = [false, false, false, false];
    expect(determinedCell(hidden, { rows: shown, columns: shown })).toEqual({ row: 1, column: 2 });
    const rows = [true, false, true, false];
    expect(determinedCell(hidden, { rows, columns: shown })).toBeNull();
  });
});
