import { previewPlan } from '@wardbook/analyses';
import { judgeRequest, previewRules } from '@wardbook/guard';
import {
  WardbookError,
  planHash,
  pooledLimits,
  wardbookError,
  type Plan,
  type Policy,
  type Preview,
  type StudyView,
  type WireError
} from '@wardbook/protocol';
import { draftedPlan } from './plans.js';

/**
 * What the plan of a draft would send and, as its `problems`, why it is certain to be refused: what does not fit charter
 * or dictionary leaves nothing else to say; the hospitals' published policies are judged as the hospitals do.
 *
 * @throws KERNEL_CELL_INVALID, PLAN_INVALID, PLAN_SCOPE when the draft is no plan
 */
export function previewDraft(draft: unknown, study: StudyView): Preview {
  const plan = draftedPlan(draft, study);
  try {
    const preview = previewPlan(plan, study);
    const policies = study.charter.hospitals
      .filter(({ id }) => plan.hospitals.includes(id))
      .map(({ policy }) => policy);
    const rules = previewRules(plan, pooledLimits(policies));
    return { ...preview, rules, problems: certainRefusals(plan, policies) };
  } catch (error) {
    if (!(error instanceof WardbookError)) throw error;
    const nothing = { mode: '', hospitals: [], items: [], released: [], rules: [] };
    return { plan, planHash: planHash(plan), ...nothing, problems: [error.toWire()] };
  }
}

/** Refusals by the policies of the asked hospitals, each once. */
function certainRefusals(plan: Plan, policies: readonly Policy[]): WireError[] {
  const refusals = policies
    .flatMap(policy => judgeRequest(plan, policy, plan.hospitals))
    .filter(({ pass }) => !pass)
    .map(({ code, limits }) => wardbookError(code, limits).toWire());
  return [...new Map(refusals.map(refusal => [JSON.stringify(refusal), refusal])).values()];
}
