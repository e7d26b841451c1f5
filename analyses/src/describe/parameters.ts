import { z } from 'zod';

const Variable = z.string().max(64);

/** Parameters of `describe`: up to 40 variables (numbers, booleans, categories), `by` = a category or boolean variable. */
export const DescribeParameters = z.strictObject({
  variables: z.array(Variable).min(1).max(40),
  by: Variable.optional()
});
/** Parameters of `describe`. */
export type DescribeParameters = z.infer<typeof DescribeParameters>;

/** Summary of a number in one column of the table; null = hidden. */
export interface NumberSummary {
  readonly n: number | null;
  readonly missing: number | null;
  readonly mean: number | null;
  /** Sample standard deviation (n − 1). */
  readonly sd: number | null;
  readonly median: number | null;
  readonly q1: number | null;
  readonly q3: number | null;
}

/** One variable of the table; arrays are per column: all patients, then each level of `by`. */
export type DescribeRow =
  | {
      readonly variable: string;
      readonly kind: 'number';
      readonly columns: readonly NumberSummary[];
      readonly difference: number | null;
    }
  | {
      readonly variable: string;
      readonly kind: 'levels';
      /** Codes; null = missing. */
      readonly levels: readonly (string | null)[];
      /** counts[column][level]; null = hidden. */
      readonly counts: readonly (readonly (number | null)[])[];
      readonly difference: number | null;
    };

/** Released values of `describe`. */
export interface DescribeValues {
  readonly by: string | null;
  /** Columns: null = all patients, then the levels' codes. */
  readonly columns: readonly (string | null)[];
  /** Patients per column; null = hidden. */
  readonly patients: readonly (number | null)[];
  readonly rows: readonly DescribeRow[];
}
