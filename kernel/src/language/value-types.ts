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

/** A text in the two languages of the product. */
export interface Localised {
  readonly en: string;
  readonly fr: string;
}

/** A question as the hospitals got it. */
export interface ReleasedPlan {
  readonly protocol: number;
  readonly study: string;
  readonly analysis: string;
  readonly version: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly cohort?: unknown;
  readonly hospitals: readonly string[];
  readonly scope: 'pooled' | 'per-hospital';
}

/** One cell of a table for people; `hidden` = fewer people than allowed, or protecting another number. */
export type ReleasedCell =
  | {
      readonly kind: 'number';
      readonly value: number;
      readonly digits: number;
      readonly style: 'decimal' | 'percent' | 'p-value';
      readonly interval?: readonly [number, number] | undefined;
    }
  | { readonly kind: 'text'; readonly text: Localised }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'none' };

/** A table for people. */
export interface ReleasedTable {
  readonly id: string;
  readonly title: Localised;
  readonly columns: readonly Localised[];
  readonly rows: readonly {
    readonly label: Localised;
    readonly level: 0 | 1;
    readonly cells: readonly ReleasedCell[];
  }[];
  readonly notes: readonly Localised[];
}

/** A Vega-Lite figure in each language. */
export interface ReleasedFigure {
  readonly id: string;
  readonly title: Localised;
  readonly description: Localised;
  readonly spec: {
    readonly en: Readonly<Record<string, unknown>>;
    readonly fr: Readonly<Record<string, unknown>>;
  };
}

/** What left the hospitals: numbers a round, rounds. */
export interface ReleasedEgress {
  readonly label: Localised;
  readonly values: number;
  readonly rounds: number;
  readonly summed: boolean;
}

/** Where a result comes from. */
export interface ReleasedProvenance {
  readonly study: string;
  readonly hospitals: readonly {
    readonly id: string;
    readonly name: Localised;
    readonly snapshot: string;
    readonly signature: string;
    readonly auditHead: string;
  }[];
  readonly asked: number;
  readonly answered: number;
  readonly mode: string;
  readonly scope: 'pooled' | 'per-hospital';
  readonly masked: boolean;
  readonly k: number;
  readonly profiles: readonly string[];
  readonly rounds: number;
  readonly versions: {
    readonly protocol: number;
    readonly analysis: number;
    readonly software: string;
  };
  readonly requester: string;
  readonly releasedAt: string;
}

/** A variable of a study's dictionary; `type` says which of the optional fields are there. */
export interface StudyVariable {
  readonly name: string;
  readonly label: Localised;
  readonly type: 'number' | 'category' | 'boolean' | 'duration' | 'event';
  readonly sensitivity: 'ordinary' | 'sensitive' | 'identifying';
  readonly unit?: string;
  readonly range?: { readonly min: number; readonly max: number };
  readonly breaks?: readonly number[];
  readonly levels?: readonly { readonly code: string; readonly label: Localised }[];
  readonly latticeDays?: number;
  readonly time?: string;
}

/** A study: who takes part, under which limits, what may be asked about. */
export interface StudyView {
  readonly study: { readonly id: string; readonly title: Localised };
  readonly hospitals: readonly {
    readonly id: string;
    readonly name: Localised;
    readonly state: 'connected' | 'lost';
    readonly policy: Readonly<Record<string, unknown>>;
    readonly snapshot: { readonly id: string; readonly patientsFloor: number } | null;
    readonly lastSeen: string | null;
  }[];
  readonly charter: {
    readonly version: number;
    readonly hospitals: readonly { readonly id: string; readonly name: Localised }[];
    readonly members: readonly {
      readonly id: string;
      readonly name: string;
      readonly role: string;
    }[];
  };
  readonly dictionary: {
    readonly version: string;
    readonly title: Localised;
    readonly variables: readonly StudyVariable[];
  };
}
