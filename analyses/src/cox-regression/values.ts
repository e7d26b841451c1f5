/** A test of the whole model. */
export interface ModelTest {
  readonly statistic: number;
  readonly degrees: number;
  readonly p: number;
}

/** One column of the model. Numbers are per unit of the dictionary; levels are against the first level. */
export interface CoxCoefficient {
  readonly variable: string;
  readonly level: string | null;
  /** null: the column is a combination of earlier ones (NA in R). */
  readonly estimate: {
    readonly coefficient: number;
    readonly standardError: number;
    readonly z: number;
    readonly p: number;
    readonly hazardRatio: number;
    readonly lower: number;
    readonly upper: number;
  } | null;
}

/** Released values of `cox-regression`. */
export interface CoxValues {
  readonly mode: 'grid' | 'stratified' | 'exact';
  readonly n: number;
  readonly events: number;
  /** Patients without a time, an event or a covariate; null = hidden. */
  readonly leftOut: number | null;
  readonly coefficients: readonly CoxCoefficient[];
  /** Covariance of the coefficients, [column][column]. */
  readonly covariance: readonly (readonly number[])[];
  readonly logLikelihood: { readonly null: number; readonly model: number };
  readonly tests: {
    readonly likelihoodRatio: ModelTest;
    readonly wald: ModelTest;
    readonly score: ModelTest;
  };
  readonly iterations: number;
  /** Right ends of the time cells, days; null for the stratified model. */
  readonly cellEndsDays: readonly number[] | null;
}
