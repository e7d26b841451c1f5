/** A quantile from counts of public bins. */
export interface BinnedQuantile {
  readonly value: number;
  /** Patients in the bin that gave it. */
  readonly cellPatients: number;
}

/**
 * Quantile of grouped data: the bin in which the cumulative count reaches p·n, and linearly within it.
 *
 * @param counts patients per bin
 * @param breaks ends of the bins, one more than bins
 * @returns null for no patients
 */
export function binnedQuantile(
  counts: ArrayLike<number>,
  breaks: readonly number[],
  probability: number
): BinnedQuantile | null {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const target = probability * total;
  let before = 0;
  for (let bin = 0; bin < counts.length; bin += 1) {
    const inBin = counts[bin] ?? 0;
    if (inBin > 0 && before + inBin >= target) {
      const low = breaks[bin] ?? 0;
      const high = breaks[bin + 1] ?? low;
      return {
        value: low + ((high - low) * (target - before)) / inBin,
        cellPatients: inBin
      };
    }
    before += inBin;
  }
  return null;
}

/** The bin of a value; what lies outside the public range is in the first or last one. */
export function binOf(value: number, breaks: readonly number[]): number {
  let low = 0;
  let high = breaks.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (value >= (breaks[middle] ?? Infinity)) low = middle;
    else high = middle - 1;
  }
  return low;
}
