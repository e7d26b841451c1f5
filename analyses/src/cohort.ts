import {
  comparisonsOf,
  wardbookError,
  type Cohort,
  type Comparison,
  type Dictionary,
  type Literal,
  type Variable
} from '@wardbook/protocol';
import { levelsOf, numbersOf, type Column, type Table } from './table.js';

/** A variable of the dictionary. @throws PLAN_UNKNOWN_VARIABLE */
export function variableOf(dictionary: Dictionary, name: string): Variable {
  const variable = dictionary.variables.find(candidate => candidate.name === name);
  if (variable === undefined || variable.sensitivity === 'identifying')
    throw wardbookError('PLAN_UNKNOWN_VARIABLE', { variable: name });
  return variable;
}

/**
 * Checks every comparison of a cohort against the dictionary.
 *
 * @throws PLAN_UNKNOWN_VARIABLE, PLAN_UNKNOWN_LEVEL, PLAN_WRONG_TYPE
 */
export function checkCohort(cohort: Cohort | undefined, dictionary: Dictionary): void {
  if (cohort === undefined) return;
  for (const comparison of comparisonsOf(cohort)) {
    const variable = variableOf(dictionary, comparison.variable);
    if ('missing' in comparison) continue;
    const literals = literalsOf(comparison);
    if (variable.type === 'category') {
      if (!('eq' in comparison) && !('in' in comparison)) throw wrongType(variable);
      for (const literal of literals)
        if (!variable.levels.some(level => level.code === literal))
          throw wardbookError('PLAN_UNKNOWN_LEVEL', { variable: variable.name });
    } else {
      const binary = variable.type === 'boolean' || variable.type === 'event';
      const fits = (literal: Literal) =>
        typeof literal === 'number' || (binary && typeof literal === 'boolean');
      if (!literals.every(fits)) throw wrongType(variable);
    }
  }
}

/** Variables a cohort reads. */
export function cohortVariables(cohort: Cohort | undefined): string[] {
  return cohort === undefined ? [] : comparisonsOf(cohort).map(({ variable }) => variable);
}

/**
 * The rows that satisfy a cohort. A comparison on a missing value is false; `not` turns it into true.
 *
 * @param variables columns that the analysis reads; the others are left out
 * @returns a table with its own columns, possibly empty; the table itself when there is no cohort
 */
export function selectCohort(
  table: Table,
  cohort: Cohort | undefined,
  variables: readonly string[]
): Table {
  if (cohort === undefined) return table;
  const chosen = satisfied(table, cohort);
  const kept: number[] = [];
  for (let row = 0; row < table.rows; row += 1) if (chosen[row] === 1) kept.push(row);
  const columns = new Map<string, Column>();
  for (const name of variables) {
    const column = table.columns.get(name);
    if (column?.kind === 'number')
      columns.set(name, {
        kind: 'number',
        values: gather(column.values, new Float64Array(kept.length), kept)
      });
    if (column?.kind === 'levels')
      columns.set(name, {
        ...column,
        codes: gather(column.codes, new Int16Array(kept.length), kept)
      });
  }
  return {
    rows: kept.length,
    persons: gather(table.persons, new Int32Array(kept.length), kept),
    columns
  };
}

function gather<T extends Float64Array | Int32Array | Int16Array>(
  from: T,
  to: T,
  rows: readonly number[]
): T {
  for (let index = 0; index < rows.length; index += 1) to[index] = from[rows[index] ?? 0] ?? 0;
  return to;
}

function satisfied(table: Table, cohort: Cohort): Uint8Array {
  if ('and' in cohort) return cohort.and.map(part => satisfied(table, part)).reduce(both);
  if ('or' in cohort) return cohort.or.map(part => satisfied(table, part)).reduce(either);
  if ('not' in cohort) return satisfied(table, cohort.not).map(mark => 1 - mark);
  return compare(table, cohort);
}

const both = (a: Uint8Array, b: Uint8Array) => a.map((mark, row) => mark & (b[row] ?? 0));
const either = (a: Uint8Array, b: Uint8Array) => a.map((mark, row) => mark | (b[row] ?? 0));

function compare(table: Table, comparison: Comparison): Uint8Array {
  const column = table.columns.get(comparison.variable);
  if (column?.kind === 'levels') {
    const { codes, levels } = levelsOf(table, comparison.variable);
    if ('missing' in comparison) return marks(codes, code => code < 0 === comparison.missing);
    const wanted = new Set(literalsOf(comparison).map(literal => levels.indexOf(String(literal))));
    return marks(codes, code => code >= 0 && wanted.has(code));
  }
  return marks(numbersOf(table, comparison.variable), numberTest(comparison));
}

// A loop: `Uint8Array.from` goes through an iterator and costs ten times as much.
function marks(values: Float64Array | Int16Array, holds: (value: number) => boolean): Uint8Array {
  const chosen = new Uint8Array(values.length);
  for (let row = 0; row < values.length; row += 1)
    if (holds(values[row] ?? Number.NaN)) chosen[row] = 1;
  return chosen;
}

function numberTest(comparison: Comparison): (value: number) => boolean {
  if ('missing' in comparison) return value => Number.isNaN(value) === comparison.missing;
  if ('between' in comparison) {
    const [low, high] = comparison.between;
    return value => value >= low && value <= high;
  }
  if ('lt' in comparison) return value => value < comparison.lt;
  if ('le' in comparison) return value => value <= comparison.le;
  if ('gt' in comparison) return value => value > comparison.gt;
  if ('ge' in comparison) return value => value >= comparison.ge;
  const wanted = new Set(literalsOf(comparison).map(Number));
  return value => wanted.has(value);
}

function literalsOf(comparison: Comparison): readonly Literal[] {
  if ('eq' in comparison) return [comparison.eq];
  if ('in' in comparison) return comparison.in;
  if ('between' in comparison) return comparison.between;
  if ('lt' in comparison) return [comparison.lt];
  if ('le' in comparison) return [comparison.le];
  if ('gt' in comparison) return [comparison.gt];
  if ('ge' in comparison) return [comparison.ge];
  return [];
}

function wrongType(variable: Variable) {
  return wardbookError('PLAN_WRONG_TYPE', { variable: variable.name, type: variable.type });
}
