import type { Plan, Policy } from '@wardbook/protocol';
import { verdict, type Verdict } from '../verdict.js';

/** [DA1] The hospital's policy lists the analysis, or allows the whole catalogue. */
export function ruleAnalysis(plan: Plan, policy: Policy): Verdict {
  const pass = policy.analyses === null || policy.analyses.includes(plan.analysis);
  return verdict('DA1', pass, 'GUARD_ANALYSIS', { analysis: plan.analysis });
}

/** [D20] A sum has at least the policy's number of distinct hospitals; enforced at each hospital. */
export function ruleHospitals(
  plan: Plan,
  policy: Policy,
  participants: readonly string[]
): Verdict {
  const minHospitals = policy.minHospitalsInSum;
  const pass = plan.scope === 'per-hospital' || new Set(participants).size >= minHospitals;
  return verdict('D20', pass, 'GUARD_HOSPITALS', { minHospitals });
}

/** [DP1] Results of this hospital alone leave only if its policy says so, and only for one hospital. */
export function rulePerHospital(
  plan: Plan,
  policy: Policy,
  participants: readonly string[]
): Verdict {
  const alone = participants.length === 1 && participants[0] === policy.hospital;
  const pass = plan.scope === 'pooled' || (policy.perHospitalResults && alone);
  return verdict('DP1', pass, 'GUARD_PER_HOSPITAL', { hospital: policy.hospital });
}
