import { bindPlan } from '@wardbook/analyses';
import { parsePlan, wardbookError, type Plan, type StudyView } from '@wardbook/protocol';
import { z } from 'zod';

const Draft = z.strictObject({
  analysis: z.string(),
  parameters: z.record(z.string(), z.unknown())
});

/**
 * A checked plan of a draft: `cohort`, `hospitals` and `scope` move from the parameters to the plan; without
 * hospitals the study's default ones are asked.
 *
 * @throws KERNEL_CELL_INVALID, PLAN_*, HOSPITAL_UNKNOWN, GUARD_EXACT_TIMES
 */
export function completePlan(input: unknown, study: StudyView): Plan {
  const plan = draftedPlan(input, study);
  bindPlan(plan, study.charter, study.dictionary);
  return plan;
}

/**
 * The plan of a draft before it is held against charter and dictionary.
 *
 * @throws KERNEL_CELL_INVALID, PLAN_INVALID, PLAN_SCOPE
 */
export function draftedPlan(input: unknown, study: StudyView): Plan {
  const draft = Draft.safeParse(input);
  if (!draft.success) throw wardbookError('KERNEL_CELL_INVALID');
  const { cohort, hospitals, scope, ...parameters } = draft.data.parameters;
  const byDefault = study.charter.hospitals
    .filter(({ pooledByDefault }) => pooledByDefault)
    .map(({ id }) => id as string);
  const asked = Array.isArray(hospitals) ? hospitals.map(String) : byDefault;
  return parsePlan({
    protocol: 1,
    study: study.study.id,
    analysis: draft.data.analysis,
    version: 1,
    parameters,
    ...(cohort !== undefined && { cohort }),
    hospitals: [...asked].sort(),
    scope: scope ?? 'pooled'
  });
}
