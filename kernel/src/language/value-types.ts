/**
 * Released values as cells see them. A copy without imports: the language server reads this file, and the schemas
 * behind the originals would cost it 40 MB. `value-types.test.ts` keeps it equal to `@wardbook/analyses`.
 */
export interface ValuesByAnalysis {
  readonly count: CountValues;
  readonly describe: DescribeValues;
  readonly 'kaplan-meier': KaplanMeierValues;
  readonly 'cox-regression': CoxValues;
}

/** Values of `count`; null = hidden, level null = missing. */
export interface CountValues {
  readonly n: number;
  readonly by: string | null;
  readonly rows: readonly { readonly level: string | null; readonly n: number | null }[];
}

/** Values of `describe`; arrays are per column: all patients, then each level of `by`. null = hidden. */
export interface DescribeValues {
  readonly by: string | null;
  readonly columns: readonly (string | null)[];
  readonly patients: readonly (number | null)[];
  readonly rows: readonly DescribeRow[];
}

/** One variable of a description. */
export type DescribeRow =
  | {
      readonly variable: string;
      readonly kind: 'number';
      readonly columns: readonly {
        readonly n: number | null;
        readonly missing: number | null;
        readonly mean: number | null;
        readonly sd: number | null;
        readonly median: number | null;
        readonly q1: number | null;
        readonly q3: number | null;
      }[];
      readonly difference: number | null;
    }
  | {
      readonly variable: string;
      readonly kind: 'levels';
      readonly levels: readonly (string | null)[];
      readonly counts: readonly (readonly (number | null)[])[];
      readonly difference: number | null;
    };

/** Values of `kaplan-meier`; times in days, leftOut null = hidden. */
export interface KaplanMeierValues {
  readonly mode: 'grid' | 'exact';
  readonly interval: 'log-log' | 'log' | 'plain';
  readonly groups: readonly KaplanMeierGroup[];
  readonly leftOut: number | null;
  readonly logRank: {
    readonly chiSquared: number;
    readonly degrees: number;
    readonly p: number;
    readonly observed: readonly number[];
    readonly expected: readonly number[];
  } | null;
}

/** One curve; level null = everybody, median null = not reached. */
export interface KaplanMeierGroup {
  readonly level: string | null;
  readonly n: number;
  readonly events: number;
  readonly curve: {
    readonly timeDays: readonly number[];
    readonly atRisk: readonly number[];
    readonly events: readonly number[];
    readonly censored: readonly number[];
    readonly survival: readonly number[];
    readonly lower: readonly (number | null)[];
    readonly upper: readonly (number | null)[];
  };
  readonly medianDays: number | null;
  readonly medianLowerDays: number | null;
  readonly medianUpperDays: number | null;
  readonly restrictedMean: {
    readonly horizonDays: number;
    readonly valueDays: number;
    readonly seDays: number;
  };
}

/** Values of `cox-regression`. */
export interface CoxValues {
  readonly mode: 'grid' | 'stratified' | 'exact';
  readonly n: number;
  readonly events: number;
  readonly leftOut: number | null;
  readonly coefficients: readonly {
    readonly variable: string;
    readonly level: string | null;
    readonly estimate: {
      readonly coefficient: number;
      readonly standardError: number;
      readonly z: number;
      readonly p: number;
      readonly hazardRatio: number;
      readonly lower: number;
      readonly upper: number;
    } | null;
  }[];
  readonly covariance: readonly (readonly number[])[];
  readonly logLikelihood: { readonly null: number; readonly model: number };
  readonly tests: {
    readonly likelihoodRatio: ModelTest;
    readonly wald: ModelTest;
    readonly score: ModelTest;
  };
  readonly iterations: number;
  readonly cellEndsDays: readonly number[] | null;
}

/** A test of a whole model. */
export interface ModelTest {
  readonly statistic: number;
  readonly degrees: number;
  readonly p: number;
}
