import type { Cohort } from '@wardbook/protocol';
import { describe as suite, expect, it } from 'vitest';
import { selectCohort } from '../cohort.js';
import type { Table } from '../table.js';
import { readRows, tableOf } from '../tests/cohorts.js';
import { references } from '../tests/references.js';
import { LIMITS, NO_FLOORS, simulate } from '../tests/simulate.js';
import { count, type CountValues } from './count.js';

const tables = (['centre', 'north', 'south'] as const).map(readRows).map(tableOf);
const SIZES: Readonly<Record<string, string>> = { le20: '<=20', '20to50': '20-50', gt50: '>50' };
const GRADES: Readonly<Record<string, string>> = { '1-2': '0', '3': '1' };

function named(
  { rows }: CountValues,
  variable: string,
  names: Readonly<Record<string, string>>
): [string, number][] {
  return rows.map(({ level, n }) => [`${variable} ${names[level ?? ''] ?? ''}`, n ?? Number.NaN]);
}

const within = (cohort: Cohort, by: string): Table[] =>
  tables.map(table => selectCohort(table, cohort, [by]));

suite('count', () => {
  it('equals R', () => {
    const size = simulate(count, { by: 'size' }, tables).values;
    const grade = simulate(count, { by: 'grade' }, tables).values;
    const old = simulate(
      count,
      { by: 'size' },
      within({ variable: 'age', between: [40, 70] }, 'size')
    ).values;
    const actual = new Map<string, number>([
      ['n', size.n],
      ['n aged 40 to 70', old.n],
      ...named(size, 'size', SIZES),
      ...named(grade, 'grade3', GRADES),
      ...named(old, 'size', SIZES).map(([name, n]): [string, number] => [
        `${name} aged 40 to 70`,
        n
      ])
    ]);
    const expected = [...references('count').values()];
    expect(expected.length).toBe(10);
    for (const { name, value } of expected) expect(actual.get(name), name).toBe(value);
  });

  it('counts a patient with two rows once', () => {
    const [first] = tables;
    if (first === undefined) throw new Error('no table');
    const twice: Table = { ...first, persons: Int32Array.from(first.persons, id => id >> 1) };
    expect(simulate(count, {}, [twice], NO_FLOORS).values.n).toBe(Math.ceil(first.rows / 2));
  });

  it('hides a level of fewer than eleven people', () => {
    const few = within({ variable: 'age', ge: 88 }, 'size');
    const { values, evidence } = simulate(count, { by: 'size' }, few, LIMITS);
    const small = evidence.frequencies[0]?.counts.findIndex(n => n < LIMITS.k) ?? -1;
    expect(small).toBeGreaterThanOrEqual(0);
    expect(values.rows[small]?.n).toBeNull();
  });

  it('says of an empty cohort what it says of a small one; without floors ANALYSIS_NO_ROWS', () => {
    const nobody = within({ variable: 'age', gt: 99 }, 'size');
    const saying = (code: string) => expect.objectContaining({ code }) as Error;
    expect(() => simulate(count, { by: 'size' }, nobody)).toThrow(saying('GUARD_TOO_FEW'));
    expect(() => simulate(count, { by: 'size' }, nobody, NO_FLOORS)).toThrow(
      saying('ANALYSIS_NO_ROWS')
    );
  });
});
