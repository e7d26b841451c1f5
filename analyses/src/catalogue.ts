import {
  parseWith,
  pooledLimits,
  wardbookError,
  type Charter,
  type Dictionary,
  type Plan,
  type Presentation
} from '@wardbook/protocol';
import type { Analysis, StudyContext } from './analysis.js';
import { checkCohort, cohortVariables, variableOf } from './cohort.js';
import { count } from './count/count.js';
import { coxRegression } from './cox-regression/cox-regression.js';
import { describe } from './describe/describe.js';
import { kaplanMeier } from './kaplan-meier/kaplan-meier.js';

/** An analysis whose parameter, state and value types are known to itself only. */
export interface CatalogueEntry {
  readonly id: string;
  readonly title: Analysis<unknown, unknown, unknown>['title'];
  /** Schema of the parameters, for forms and for types of the editor. */
  readonly parameters: Analysis<unknown, unknown, unknown>['parameters'];
  /** Binds checked parameters; every function of the result is the analysis' own. */
  bind(parameters: unknown, context: StudyContext): BoundAnalysis;
}

/** An analysis with its parameters and study, ready for rounds; states are plain JSON data. */
export interface BoundAnalysis {
  readonly id: string;
  readonly title: Analysis<unknown, unknown, unknown>['title'];
  readonly mode: string;
  readonly variables: readonly string[];
  start(): unknown;
  egress(state: unknown): ReturnType<Analysis<unknown, unknown, unknown>['egress']>;
  local(
    table: Parameters<Analysis<unknown, unknown, unknown>['local']>[0],
    state: unknown
  ): ReturnType<Analysis<unknown, unknown, unknown>['local']>;
  combine(
    sum: Parameters<Analysis<unknown, unknown, unknown>['combine']>[0],
    state: unknown,
    hide: Parameters<Analysis<unknown, unknown, unknown>['combine']>[3]['hide']
  ): ReturnType<Analysis<unknown, unknown, unknown>['combine']>;
  present(
    values: unknown,
    context: Parameters<Analysis<unknown, unknown, unknown>['present']>[2]
  ): ReturnType<Analysis<unknown, unknown, unknown>['present']>;
  preview(): ReturnType<Analysis<unknown, unknown, unknown>['preview']>;
}

/** Makes a catalogue entry of an analysis. States and values come back from this analysis only. */
export function catalogueEntry<P, S, V>(analysis: Analysis<P, S, V>): CatalogueEntry {
  return {
    id: analysis.id,
    title: analysis.title,
    parameters: analysis.parameters,
    bind: (input, context) => {
      const parameters = parseWith(analysis.parameters, input, 'PLAN_INVALID');
      analysis.check(parameters, context);
      return {
        id: analysis.id,
        title: analysis.title,
        mode: analysis.mode(parameters),
        variables: analysis.variables(parameters),
        start: () => analysis.start(parameters, context),
        egress: state => analysis.egress(parameters, state as S, context),
        local: (table, state) => analysis.local(table, parameters, state as S, context),
        combine: (sum, state, hide) =>
          analysis.combine(sum, parameters, state as S, { ...context, hide }),
        present: (values, present) => localised(analysis.present(values as V, parameters, present)),
        preview: () => analysis.preview(parameters, context)
      };
    }
  };
}

// Numbers on the axes of French figures as French readers write them (Vega's locale definition).
const FRENCH_NUMBERS = {
  number: {
    decimal: ',',
    thousands: '\u202f',
    grouping: [3],
    currency: ['', '\u00a0€'],
    percent: '\u202f%'
  }
};

function localised(presentation: Presentation): Presentation {
  const french = (spec: Readonly<Record<string, unknown>>) => ({
    ...spec,
    config: { ...(spec['config'] as object | undefined), locale: FRENCH_NUMBERS }
  });
  const figures = presentation.figures.map(figure => ({
    ...figure,
    spec: { en: figure.spec.en, fr: french(figure.spec.fr) }
  }));
  return { ...presentation, figures };
}

/** All analyses that a plan may name. */
export const catalogue: ReadonlyMap<string, CatalogueEntry> = new Map(
  [
    catalogueEntry(count),
    catalogueEntry(describe),
    catalogueEntry(kaplanMeier),
    catalogueEntry(coxRegression)
  ].map(entry => [entry.id, entry])
);

/** The public facts of a study that a plan is read against. */
export function studyContext(plan: Plan, charter: Charter, dictionary: Dictionary): StudyContext {
  const policies = charter.hospitals
    .filter(({ id }) => plan.hospitals.includes(id))
    .map(({ policy }) => policy);
  if (policies.length !== plan.hospitals.length)
    throw wardbookError('HOSPITAL_UNKNOWN', {
      hospitals: plan.hospitals.filter(id => !charter.hospitals.some(known => known.id === id))
    });
  return { dictionary, limits: pooledLimits(policies), hospitals: plan.hospitals.length };
}

/**
 * Checks a parsed plan against catalogue, charter and dictionary, and binds its analysis.
 *
 * @throws STUDY_UNKNOWN, HOSPITAL_UNKNOWN, PLAN_UNKNOWN_ANALYSIS, PLAN_INVALID, PLAN_UNKNOWN_VARIABLE,
 *   PLAN_UNKNOWN_LEVEL, PLAN_WRONG_TYPE, GUARD_EXACT_TIMES
 */
export function bindPlan(plan: Plan, charter: Charter, dictionary: Dictionary): BoundAnalysis {
  if (plan.study !== dictionary.study || plan.study !== charter.study)
    throw wardbookError('STUDY_UNKNOWN', { study: plan.study });
  const entry = catalogue.get(plan.analysis);
  if (entry === undefined)
    throw wardbookError('PLAN_UNKNOWN_ANALYSIS', { analysis: plan.analysis });
  const bound = entry.bind(plan.parameters, studyContext(plan, charter, dictionary));
  checkCohort(plan.cohort, dictionary);
  for (const name of [...bound.variables, ...cohortVariables(plan.cohort)]) {
    const absent = variableOf(dictionary, name).absentAt ?? [];
    const lacking = plan.hospitals.filter(id => absent.includes(id));
    if (lacking.length > 0)
      throw wardbookError('PLAN_UNKNOWN_VARIABLE', { variable: name, absentAt: lacking });
  }
  return bound;
}
