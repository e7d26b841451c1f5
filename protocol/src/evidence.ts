/** What a hospital knows about its own contribution; for its gate, never sent. Counts are distinct patients. */
export interface LocalEvidence {
  /** Patients who really enter the statistic (after complete-case filtering). */
  readonly patients: number;
}

/** A table of counts and which of its cells are hidden. `counts` are the true pooled counts, row-major. */
export interface FrequencyEvidence {
  readonly name: string;
  readonly counts: readonly number[];
  readonly hidden: readonly boolean[];
}

/** Time cells of one survival object: leavers[group][cell] and atRisk[group][cell] at the cell's start. */
export interface SurvivalEvidence {
  readonly name: string;
  readonly leavers: readonly (readonly number[])[];
  readonly atRisk: readonly (readonly number[])[];
  /** False = exact times. */
  readonly gridded: boolean;
}

/** Size of a fitted model. `levels`: patients per level, binary value and outcome class that enters. */
export interface ModelEvidence {
  readonly parameters: number;
  readonly patients: number;
  readonly events: number;
  readonly levels: readonly { readonly name: string; readonly patients: number }[];
  /** Whether it used exact times across hospitals (never allowed on a common risk set under the floors). */
  readonly exactCommonRiskSet: boolean;
}

/** One released quantile: patients behind it and in the histogram cell that gave it. */
export interface QuantileEvidence {
  readonly name: string;
  readonly probability: number;
  readonly patients: number;
  readonly cellPatients: number;
}

/** Everything the pooled gate needs to judge the object that is about to leave. Never sent. */
export interface PooledEvidence {
  /** Distinct patients behind the whole object. */
  readonly patients: number;
  readonly frequencies: readonly FrequencyEvidence[];
  /** Means, sds and other scalars with the patients behind each; hidden ones are left out of the object. */
  readonly scalars: readonly {
    readonly name: string;
    readonly patients: number;
    readonly dof: number;
  }[];
  readonly survival: readonly SurvivalEvidence[];
  readonly models: readonly ModelEvidence[];
  readonly quantiles: readonly QuantileEvidence[];
}

/**
 * Which cells of a line of counts must be hidden: small cells, and a further one where the total would
 * give a hidden one away. Implemented by `@wardbook/guard` (rules D2, D3).
 *
 * @param counts pooled counts of one line whose total is published too
 * @param already cells that another line of the table hides; they stay hidden
 */
export type HideCells = (counts: readonly number[], already?: readonly boolean[]) => boolean[];
