import type { PooledEvidence, PooledLimits } from '@wardbook/protocol';
import { verdict, type Verdict } from '../verdict.js';

/** [D15] Every time cell of every shown group has at least k people leaving and at risk; exact times never. */
export function ruleSurvivalGrid(evidence: PooledEvidence, limits: PooledLimits): Verdict {
  const { k, exactTimes } = limits;
  if (!exactTimes && evidence.survival.some(({ gridded }) => !gridded))
    return verdict('D15', false, 'GUARD_EXACT_TIMES', { k });
  const small = (cells: readonly (readonly number[])[]) =>
    cells.some(group => group.some(count => count < k));
  const pass = !evidence.survival.some(({ leavers, atRisk }) => small(leavers) || small(atRisk));
  return verdict('D15', pass, 'GUARD_SURVIVAL_GRID', { k });
}

/**
 * [D16] A model has parameters ≤ a share of events and of patients, enough degrees of freedom, k people in
 * every level, and never sums over a common risk set at exact times.
 */
export function ruleModelSize(evidence: PooledEvidence, limits: PooledLimits): Verdict {
  const { k, parametersPerEvent, residualDof, exactTimes } = limits;
  if (!exactTimes && evidence.models.some(model => model.exactCommonRiskSet))
    return verdict('D16', false, 'GUARD_EXACT_TIMES', { k });
  const pass = evidence.models.every(
    ({ parameters, patients, events, levels }) =>
      parameters <= parametersPerEvent * events &&
      parameters <= parametersPerEvent * patients &&
      patients - parameters >= residualDof &&
      levels.every(level => level.patients >= k)
  );
  return verdict('D16', pass, 'GUARD_MODEL_SIZE', { k, parametersPerEvent, residualDof });
}

/** [D11] Quantiles come from bins: n ≥ 2k for quartiles, 20k beyond, each from a cell of at least k people. */
export function ruleQuantiles(evidence: PooledEvidence, limits: PooledLimits): Verdict {
  const { k } = limits;
  const pass = evidence.quantiles.every(({ probability, patients, cellPatients }) => {
    const inner = probability >= 0.25 && probability <= 0.75;
    const tail = probability >= 0.05 && probability <= 0.95;
    return cellPatients >= k && (inner ? patients >= 2 * k : tail && patients >= 20 * k);
  });
  return verdict('D11', pass, 'GUARD_QUANTILE', { k, patientsForMedian: 2 * k });
}

/** [DF1] A standard deviation needs the profile's residual degrees of freedom. */
export function ruleScalarDof(evidence: PooledEvidence, limits: PooledLimits): Verdict {
  const { residualDof } = limits;
  const pass = evidence.scalars.every(({ dof }) => dof >= residualDof);
  return verdict('DF1', pass, 'GUARD_TOO_FEW', { residualDof });
}
