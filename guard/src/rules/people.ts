import type {
  FrequencyEvidence,
  LocalEvidence,
  Policy,
  PooledEvidence,
  PooledLimits
} from '@wardbook/protocol';
import { verdict, type Verdict } from '../verdict.js';

/** [D1] At least k distinct patients stand behind the released object and behind each of its scalars. */
export function ruleDistinctPatients(evidence: PooledEvidence, limits: PooledLimits): Verdict {
  const { k } = limits;
  const pass = evidence.patients >= k && evidence.scalars.every(({ patients }) => patients >= k);
  return verdict('D1', pass, 'GUARD_TOO_FEW', { k });
}

/** [D2] Every shown cell of a table, the missing margin too, has at least k people. */
export function ruleCells(evidence: PooledEvidence, limits: PooledLimits): Verdict {
  const { k } = limits;
  const shownSmall = ({ counts, hidden }: FrequencyEvidence) =>
    counts.length !== hidden.length || counts.some((count, index) => !hidden[index] && count < k);
  return verdict('D2', !evidence.frequencies.some(shownSmall), 'GUARD_TOO_FEW', { k });
}

/** [D3] A published total gives no hidden cell away: never one hidden cell alone, never fewer than k people in all. */
export function ruleComplement(evidence: PooledEvidence, limits: PooledLimits): Verdict {
  const { k } = limits;
  const recoverable = ({ counts, hidden }: FrequencyEvidence) => {
    const hiddenCounts = counts.filter((_, index) => hidden[index]);
    if (hiddenCounts.length === 0 || hiddenCounts.length === counts.length) return false;
    return hiddenCounts.length === 1 || hiddenCounts.reduce((sum, count) => sum + count, 0) < k;
  };
  return verdict('D3', !evidence.frequencies.some(recoverable), 'GUARD_TOO_FEW', { k });
}

/**
 * [DH1] The whole cohort of one hospital in a sum has at least `hospitalCohort` people. An empty one is refused as a small
 * one is: were it let through, a refusal would say that somebody is in the cohort.
 */
export function ruleHospitalCohort(evidence: LocalEvidence, policy: Policy): Verdict {
  const { hospitalCohort } = policy;
  const pass = evidence.patients >= hospitalCohort;
  return verdict('DH1', pass, 'GUARD_TOO_FEW', { hospitalCohort });
}
