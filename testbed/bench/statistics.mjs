/** Median of numbers; NaN without any. @param {readonly number[]} values */
export const median = values => quantile(values, 0.5);

/** Quantile by linear interpolation. @param {readonly number[]} values @param {number} share 0 to 1 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

/**
 * Ratio of medians with a bootstrap interval over rounds.
 *
 * @param {readonly number[]} ours one number a round
 * @param {readonly number[]} theirs one number a round
 * @param {{ draws?: number, seed?: number }} options
 * @returns {{ ratio: number, low: number, high: number }} 95 % interval
 */
export function ratioInterval(ours, theirs, { draws = 2_000, seed = 20_251 } = {}) {
  const random = generator(seed);
  const draw = values => values.map(() => values[Math.floor(random() * values.length)]);
  const ratios = Array.from({ length: draws }, () => median(draw(ours)) / median(draw(theirs)));
  return {
    ratio: median(ours) / median(theirs),
    low: quantile(ratios, 0.025),
    high: quantile(ratios, 0.975)
  };
}

/** Mulberry32: the same intervals from the same numbers. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
