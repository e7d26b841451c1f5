import { wardbookError, type Dictionary, type Localised } from '@wardbook/protocol';
import { variableOf } from './cohort.js';
import type { Table } from './table.js';

/** A level that rows can be grouped by. */
export interface GroupLevel {
  readonly code: string;
  readonly label: Localised;
}

const NO: GroupLevel = { code: '0', label: { en: 'no', fr: 'non' } };
const YES: GroupLevel = { code: '1', label: { en: 'yes', fr: 'oui' } };

/**
 * Levels of a category or boolean variable, in the dictionary's order.
 *
 * @throws PLAN_UNKNOWN_VARIABLE, PLAN_WRONG_TYPE
 */
export function groupLevels(dictionary: Dictionary, name: string): readonly GroupLevel[] {
  const variable = variableOf(dictionary, name);
  if (variable.type === 'category') return variable.levels;
  if (variable.type === 'boolean') return [NO, YES];
  throw wardbookError('PLAN_WRONG_TYPE', { variable: name, type: variable.type });
}

/** Index of each row's level; −1 = missing. Without a variable every row is in group 0. */
export function groupCodes(table: Table, name: string | undefined): Int16Array {
  if (name === undefined) return new Int16Array(table.rows);
  const column = table.columns.get(name);
  if (column === undefined) throw wardbookError('PLAN_WRONG_TYPE', { variable: name });
  if (column.kind === 'levels') return column.codes;
  return Int16Array.from(column.values, value => (Number.isNaN(value) ? -1 : value));
}

/** Number of distinct patients in a table; `only` restricts to marked rows. */
export function distinctPatients(table: Table, only?: (row: number) => boolean): number {
  let last = 0;
  for (const person of table.persons) if (person > last) last = person;
  const seen = new Uint8Array(last + 1);
  let patients = 0;
  for (let row = 0; row < table.rows; row += 1) {
    const person = table.persons[row] ?? 0;
    if (seen[person] === 1 || (only !== undefined && !only(row))) continue;
    seen[person] = 1;
    patients += 1;
  }
  return patients;
}
