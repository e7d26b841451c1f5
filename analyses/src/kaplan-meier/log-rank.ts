import { pChiSquared } from '../distributions.js';
import { invertSymmetric, multiply } from '../linear.js';

/** Log-rank test of equal courses. */
export interface LogRank {
  readonly chiSquared: number;
  readonly degrees: number;
  readonly p: number;
  readonly observed: readonly number[];
  readonly expected: readonly number[];
}

/**
 * Log-rank test with hypergeometric variance.
 *
 * @param events [group][cell]
 * @param leavers [group][cell], events and censored
 * @see R `survdiff(Surv(t, e) ~ g)`
 */
export function logRank(
  events: readonly (readonly number[])[],
  leavers: readonly (readonly number[])[]
): LogRank {
  const groups = events.length;
  const atRisk = leavers.map(group => group.reduce((sum, value) => sum + value, 0));
  const expected = new Array<number>(groups).fill(0);
  const variance = new Float64Array((groups - 1) ** 2);
  const cells = events[0]?.length ?? 0;
  for (let cell = 0; cell < cells; cell += 1) {
    const n = atRisk.reduce((sum, value) => sum + value, 0);
    const d = events.reduce((sum, group) => sum + (group[cell] ?? 0), 0);
    for (let g = 0; g < groups; g += 1) {
      const share = (atRisk[g] ?? 0) / n;
      if (n > 0) expected[g] = (expected[g] ?? 0) + d * share;
      if (n < 2 || g === groups - 1) continue;
      const factor = (d * (n - d)) / (n - 1);
      for (let h = 0; h < groups - 1; h += 1) {
        const at = g * (groups - 1) + h;
        variance[at] =
          (variance[at] ?? 0) + factor * share * ((g === h ? 1 : 0) - (atRisk[h] ?? 0) / n);
      }
    }
    for (let g = 0; g < groups; g += 1) atRisk[g] = (atRisk[g] ?? 0) - (leavers[g]?.[cell] ?? 0);
  }
  const observed = events.map(group => group.reduce((sum, value) => sum + value, 0));
  const difference = observed.map((value, g) => value - (expected[g] ?? 0)).slice(0, -1);
  const { inverse } = invertSymmetric(variance, groups - 1, 1e-12);
  const product = multiply(inverse, difference, groups - 1);
  const chiSquared = difference.reduce((sum, value, g) => sum + value * (product[g] ?? 0), 0);
  return {
    chiSquared,
    degrees: groups - 1,
    p: pChiSquared(chiSquared, groups - 1),
    observed,
    expected
  };
}
