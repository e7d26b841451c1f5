import type { Cohort, Literal } from '@wardbook/protocol';

/** What a builder makes: a question without study and version; the protocol process completes and checks it. */
export interface PlanDraft {
  readonly analysis: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

type Parameters = Readonly<Record<string, unknown>>;

const draft =
  (analysis: string, name: string) =>
  (parameters: Parameters = {}, ...others: unknown[]): PlanDraft => {
    // A cohort that nobody reads would answer another question than the one that was asked.
    if (others.length > 0)
      throw new TypeError(`${name} takes one argument; write ${name}({ …, cohort: … })`);
    return { analysis, parameters };
  };

/** Builders of plans; pure, so that a preview can evaluate them without side effects. */
export const builders = {
  count: draft('count', 'count'),
  describe: draft('describe', 'describe'),
  kaplanMeier: draft('kaplan-meier', 'kaplanMeier'),
  coxRegression: draft('cox-regression', 'coxRegression')
};

/** Comparisons of cohorts; pure. */
export const where = {
  eq: (variable: string, value: Literal): Cohort => ({ variable, eq: value }),
  in: (variable: string, values: Literal[]): Cohort => ({ variable, in: values }),
  between: (variable: string, low: number, high: number): Cohort => ({
    variable,
    between: [low, high]
  }),
  lt: (variable: string, value: number): Cohort => ({ variable, lt: value }),
  le: (variable: string, value: number): Cohort => ({ variable, le: value }),
  gt: (variable: string, value: number): Cohort => ({ variable, gt: value }),
  ge: (variable: string, value: number): Cohort => ({ variable, ge: value }),
  missing: (variable: string): Cohort => ({ variable, missing: true }),
  and: (...cohorts: Cohort[]): Cohort => ({ and: cohorts }),
  or: (...cohorts: Cohort[]): Cohort => ({ or: cohorts }),
  not: (cohort: Cohort): Cohort => ({ not: cohort })
};
