import type {
  EgressBlock,
  LocalEvidence,
  Plan,
  Policy,
  PooledEvidence,
  PooledLimits
} from '@wardbook/protocol';
import { ruleModelSize, ruleQuantiles, ruleScalarDof, ruleSurvivalGrid } from './rules/models.js';
import {
  ruleCells,
  ruleComplement,
  ruleDistinctPatients,
  ruleHospitalCohort
} from './rules/people.js';
import { ruleAnalysis, ruleHospitals, rulePerHospital } from './rules/requests.js';
import { ruleClasses, ruleShape } from './rules/shape.js';
import { verdict, type Verdict } from './verdict.js';

/** Rules on pooled evidence, by ID. */
export const POOLED_RULES: Readonly<
  Record<string, (evidence: PooledEvidence, limits: PooledLimits) => Verdict>
> = {
  D1: ruleDistinctPatients,
  D2: ruleCells,
  D3: ruleComplement,
  D11: ruleQuantiles,
  D15: ruleSurvivalGrid,
  D16: ruleModelSize,
  DF1: ruleScalarDof
};

/** Rules before anything is computed. `participants` are the hospitals of the run. */
export function judgeRequest(
  plan: Plan,
  policy: Policy,
  participants: readonly string[]
): readonly Verdict[] {
  return closed(() => [
    ruleAnalysis(plan, policy),
    ruleHospitals(plan, policy, participants),
    rulePerHospital(plan, policy, participants)
  ]);
}

/**
 * Rules on the cohort that a hospital selected, before anything is computed on it: what a computation says of rows that it
 * cannot use would tell of people whom the gate hides.
 *
 * @param patients distinct patients in the cohort
 */
export function judgeCohort(patients: number, policy: Policy): readonly Verdict[] {
  return closed(() => [ruleHospitalCohort({ patients }, policy)]);
}

/** Rules on one hospital's contribution, before it is masked. */
export function judgeLocal(
  blocks: readonly EgressBlock[],
  values: Readonly<Record<string, Float64Array>>,
  evidence: LocalEvidence,
  policy: Policy
): readonly Verdict[] {
  return closed(() => [
    ruleClasses(blocks),
    ruleShape(blocks, values),
    ruleHospitalCohort(evidence, policy)
  ]);
}

/** Rules on the object that is about to be released. */
export function judgePooled(
  evidence: PooledEvidence,
  limits: PooledLimits,
  rules: typeof POOLED_RULES = POOLED_RULES
): readonly Verdict[] {
  return closed(() => Object.values(rules).map(rule => rule(evidence, limits)));
}

// [G0] An exception in a rule is a refusal.
function closed(judge: () => readonly Verdict[]): readonly Verdict[] {
  try {
    return judge();
  } catch {
    return [verdict('G0', false, 'GUARD_EVIDENCE')];
  }
}
