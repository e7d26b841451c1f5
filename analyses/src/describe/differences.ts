import { invertSymmetric } from '../linear.js';

/**
 * Standardised difference of two means: |m₁ − m₂| / √((s₁² + s₂²)/2).
 * Source: P. C. Austin, Statistics in Medicine 28 (2009) 3083–3107.
 */
export function meanDifference(
  a: { readonly mean: number; readonly sd: number },
  b: { readonly mean: number; readonly sd: number }
): number {
  const pooled = Math.sqrt((a.sd ** 2 + b.sd ** 2) / 2);
  return pooled === 0 ? 0 : Math.abs(a.mean - b.mean) / pooled;
}

/**
 * Standardised difference of two distributions over the same levels: √(dᵀ S⁻¹ d) over all levels but the first, S the
 * mean of both multinomial covariances. Source: D. Yang, J. E. Dalton, SAS Global Forum 2012, paper 335.
 *
 * @returns null when a level is empty in both or the covariance is singular
 */
export function shareDifference(a: readonly number[], b: readonly number[]): number | null {
  const share = (counts: readonly number[]) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map(count => count / total);
  };
  const [p, q] = [share(a).slice(1), share(b).slice(1)];
  const size = p.length;
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < size; j += 1) {
      const own = (x: readonly number[]) =>
        i === j ? (x[i] ?? 0) * (1 - (x[i] ?? 0)) : -(x[i] ?? 0) * (x[j] ?? 0);
      covariance[i * size + j] = (own(p) + own(q)) / 2;
    }
  const { inverse, aliased } = invertSymmetric(covariance, size);
  if (aliased.some(Boolean)) return null;
  let square = 0;
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < size; j += 1)
      square +=
        ((p[i] ?? 0) - (q[i] ?? 0)) * (inverse[i * size + j] ?? 0) * ((p[j] ?? 0) - (q[j] ?? 0));
  return Number.isFinite(square) && square >= 0 ? Math.sqrt(square) : null;
}

/** The largest of all pairs' differences; null when one of them is unknown or there is no pair. */
export function largestDifference<T>(
  groups: readonly T[],
  difference: (a: T, b: T) => number | null
): number | null {
  let largest: number | null = null;
  for (const [index, a] of groups.entries())
    for (const b of groups.slice(index + 1)) {
      const value = difference(a, b);
      if (value === null) return null;
      largest = Math.max(largest ?? 0, value);
    }
  return largest;
}
