import { wardbookError, type Dictionary, type Localised } from '@wardbook/protocol';
import { variableOf } from '../cohort.js';
import { groupLevels } from '../groups.js';
import { levelsOf, numbersOf, type Table } from '../table.js';

/** One column of the model. Numbers are scaled to 0–1 by their public range before anything is summed. */
export interface DesignColumn {
  readonly variable: string;
  /** Level of a category (against the first); null for numbers and booleans. */
  readonly level: string | null;
  readonly label: Localised;
  readonly minimum: number;
  readonly span: number;
}

/** A level whose patients are counted for the gate. */
export interface DesignLevel {
  readonly variable: string;
  readonly code: string;
}

/** Columns in the order of the covariates and of the dictionary's levels. @throws PLAN_UNKNOWN_VARIABLE, PLAN_WRONG_TYPE, PLAN_INVALID for a repetition */
export function designColumns(
  dictionary: Dictionary,
  covariates: readonly string[]
): DesignColumn[] {
  if (new Set(covariates).size !== covariates.length)
    throw wardbookError('PLAN_INVALID', { path: 'covariates', problem: 'repeated' });
  return covariates.flatMap((name): DesignColumn[] => {
    const variable = variableOf(dictionary, name);
    switch (variable.type) {
      case 'number':
        return [
          {
            variable: name,
            level: null,
            label: variable.label,
            minimum: variable.range.min,
            span: variable.range.max - variable.range.min
          }
        ];
      case 'boolean':
        return [{ variable: name, level: null, label: variable.label, minimum: 0, span: 1 }];
      case 'category':
        return variable.levels
          .slice(1)
          .map(({ code, label }) => ({ variable: name, level: code, label, minimum: 0, span: 1 }));
      default:
        throw wardbookError('PLAN_WRONG_TYPE', { variable: name, type: variable.type });
    }
  });
}

/** Levels of categories and booleans among the covariates. */
export function designLevels(dictionary: Dictionary, covariates: readonly string[]): DesignLevel[] {
  return covariates.flatMap(name =>
    variableOf(dictionary, name).type === 'number'
      ? []
      : groupLevels(dictionary, name).map(({ code }) => ({ variable: name, code }))
  );
}

/** A hospital's complete cases: `x` is row-major rows × columns on the 0–1 scale. */
export interface Design {
  readonly rows: number;
  readonly patients: number;
  readonly x: Float64Array;
  readonly timeDays: Float64Array;
  readonly event: Uint8Array;
  /** Rows in order of ascending time. */
  readonly order: Uint32Array;
}

/** Complete cases of a table. @throws ANALYSIS_PATIENT_TWICE */
export function designOf(
  table: Table,
  columns: readonly DesignColumn[],
  timeName: string,
  eventName: string
): Design {
  const time = numbersOf(table, timeName);
  const event = numbersOf(table, eventName);
  const readers = columns.map(column => readerOf(table, column));
  const kept: number[] = [];
  for (let row = 0; row < table.rows; row += 1) {
    const complete =
      !Number.isNaN(time[row]) &&
      !Number.isNaN(event[row]) &&
      readers.every(read => !Number.isNaN(read(row)));
    if (complete) kept.push(row);
  }
  const patients = new Set(kept.map(row => table.persons[row])).size;
  if (patients !== kept.length) throw wardbookError('ANALYSIS_PATIENT_TWICE');
  const x = new Float64Array(kept.length * columns.length);
  kept.forEach((row, index) =>
    readers.forEach((read, column) => (x[index * columns.length + column] = read(row)))
  );
  const timeDays = Float64Array.from(kept, row => time[row] ?? 0);
  const order = Uint32Array.from(kept.keys()).sort(
    (a, b) => (timeDays[a] ?? 0) - (timeDays[b] ?? 0)
  );
  return {
    rows: kept.length,
    patients,
    x,
    timeDays,
    event: Uint8Array.from(kept, row => event[row] ?? 0),
    order
  };
}

function readerOf(table: Table, column: DesignColumn): (row: number) => number {
  if (column.level !== null) {
    const { codes, levels } = levelsOf(table, column.variable);
    const wanted = levels.indexOf(column.level);
    return row => ((codes[row] ?? -1) < 0 ? Number.NaN : Number(codes[row] === wanted));
  }
  const values = numbersOf(table, column.variable);
  return row => ((values[row] ?? Number.NaN) - column.minimum) / column.span;
}
