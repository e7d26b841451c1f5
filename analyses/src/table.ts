import { wardbookError } from '@wardbook/protocol';

/** A column of numbers (measures, booleans 0/1, days, events 0/1); NaN = missing. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
}

/** A column of dictionary levels: `codes[row]` indexes `levels`; −1 = missing. */
export interface LevelColumn {
  readonly kind: 'levels';
  readonly codes: Int16Array;
  readonly levels: readonly string[];
}

/** A column of a hospital's table. */
export type Column = NumberColumn | LevelColumn;

/**
 * The rows of a cohort at one hospital. Columns have `rows` entries each; `persons[row]` is the index of
 * the patient of that row, so that counts are of distinct patients. Empty (rows = 0) is allowed.
 */
export interface Table {
  readonly rows: number;
  readonly persons: Int32Array;
  readonly columns: ReadonlyMap<string, Column>;
}

/** Values of a number column. @throws PLAN_WRONG_TYPE when the column is of another kind or absent */
export function numbersOf(table: Table, variable: string): Float64Array {
  const column = table.columns.get(variable);
  if (column?.kind !== 'number') throw wardbookError('PLAN_WRONG_TYPE', { variable });
  return column.values;
}

/** A column of levels. @throws PLAN_WRONG_TYPE when the column is of another kind or absent */
export function levelsOf(table: Table, variable: string): LevelColumn {
  const column = table.columns.get(variable);
  if (column?.kind !== 'levels') throw wardbookError('PLAN_WRONG_TYPE', { variable });
  return column;
}
