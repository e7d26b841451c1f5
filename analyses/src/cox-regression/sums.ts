import type { Design } from './design.js';

/** Centre and scale of the columns, equal at all hospitals. */
export interface Scaling {
  readonly centre: readonly number[];
  readonly scale: readonly number[];
}

/** Number of entries of a symmetric matrix in packed lower form. */
export const packed = (size: number) => (size * (size + 1)) / 2;

/** Standardised columns of a design, row-major; a constant column becomes zero. */
export function standardise(design: Design, { centre, scale }: Scaling): Float64Array {
  const size = centre.length;
  return design.x.map((value, index) => {
    const column = index % size;
    return (scale[column] ?? 0) > 0 ? (value - (centre[column] ?? 0)) / (scale[column] ?? 1) : 0;
  });
}

/** exp(β·z) per row. */
export function weightsOf(z: Float64Array, beta: readonly number[], rows: number): Float64Array {
  const size = beta.length;
  return Float64Array.from({ length: rows }, (_, row) => {
    let eta = 0;
    for (let c = 0; c < size; c += 1) eta += (z[row * size + c] ?? 0) * (beta[c] ?? 0);
    return Math.exp(eta);
  });
}

/** Adds w, w·z and w·zzᵀ (packed) of one row to `target` at `offset`. */
export function addMoments(
  target: Float64Array,
  offset: number,
  z: Float64Array,
  row: number,
  size: number,
  weight: number
): void {
  target[offset] = (target[offset] ?? 0) + weight;
  let at = offset + 1 + size;
  for (let r = 0; r < size; r += 1) {
    const wz = weight * (z[row * size + r] ?? 0);
    target[offset + 1 + r] = (target[offset + 1 + r] ?? 0) + wz;
    for (let c = 0; c <= r; c += 1) {
      target[at] = (target[at] ?? 0) + wz * (z[row * size + c] ?? 0);
      at += 1;
    }
  }
}

/** Log-likelihood, score and information (packed) of a Cox model. */
export interface CoxSums {
  logLikelihood: number;
  readonly score: Float64Array;
  readonly information: Float64Array;
}

/** Empty sums for `size` columns. */
export function emptySums(size: number): CoxSums {
  return {
    logLikelihood: 0,
    score: new Float64Array(size),
    information: new Float64Array(packed(size))
  };
}

/**
 * Adds one set of tied events (Efron) to the sums, without Σz of the events.
 *
 * @param risk moments over everybody at risk: S0, S1 (size), S2 (packed)
 * @param tied moments over the tied events: D0, D1, D2
 * @see derivation.md §2
 */
export function addEfron(
  sums: CoxSums,
  risk: Float64Array,
  tied: Float64Array,
  events: number,
  size: number
): void {
  const s1 = new Float64Array(size);
  for (let l = 0; l < events; l += 1) {
    const share = l / events;
    const s0 = (risk[0] ?? 0) - share * (tied[0] ?? 0);
    sums.logLikelihood -= Math.log(s0);
    for (let c = 0; c < size; c += 1) {
      const mean = ((risk[1 + c] ?? 0) - share * (tied[1 + c] ?? 0)) / s0;
      s1[c] = mean;
      sums.score[c] = (sums.score[c] ?? 0) - mean;
    }
    let at = 0;
    for (let r = 0; r < size; r += 1)
      for (let c = 0; c <= r; c += 1) {
        const second = ((risk[1 + size + at] ?? 0) - share * (tied[1 + size + at] ?? 0)) / s0;
        sums.information[at] = (sums.information[at] ?? 0) + second - (s1[r] ?? 0) * (s1[c] ?? 0);
        at += 1;
      }
  }
}

/** Sums of one hospital's own risk sets on exact times (a stratum of the stratified model). */
export function stratumSums(design: Design, z: Float64Array, beta: readonly number[]): CoxSums {
  const size = beta.length;
  const sums = emptySums(size);
  const weights = weightsOf(z, beta, design.rows);
  const width = 1 + size + packed(size);
  const risk = new Float64Array(width);
  const tied = new Float64Array(width);
  for (let last = design.rows - 1; last >= 0;) {
    const time = design.timeDays[design.order[last] ?? 0];
    tied.fill(0);
    let events = 0;
    for (; last >= 0 && design.timeDays[design.order[last] ?? 0] === time; last -= 1) {
      const row = design.order[last] ?? 0;
      const weight = weights[row] ?? 0;
      addMoments(risk, 0, z, row, size, weight);
      if (design.event[row] !== 1) continue;
      events += 1;
      addMoments(tied, 0, z, row, size, weight);
      sums.logLikelihood += Math.log(weight);
      for (let c = 0; c < size; c += 1)
        sums.score[c] = (sums.score[c] ?? 0) + (z[row * size + c] ?? 0);
    }
    if (events > 0) addEfron(sums, risk, tied, events, size);
  }
  return sums;
}
