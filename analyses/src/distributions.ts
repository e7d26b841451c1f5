/** Quantile of the standard normal for a two-sided 95 % interval. @see R 4.2.2 `qnorm(0.975)` */
export const Z95 = 1.959963984540054;

/**
 * Complementary error function, relative error below 1e-13 for x ≥ 0.
 *
 * @see Abramowitz, Stegun 7.1.5 (series) and 7.1.14 (continued fraction, here by Lentz)
 */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 1.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n += 1) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
      if (n > 200) break;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let n = 120; n >= 1; n -= 1) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

/** Two-sided p-value of a standard normal statistic. @see R `2 * pnorm(-abs(z))` */
export function pNormalTwoSided(z: number): number {
  return erfc(Math.abs(z) / Math.SQRT2);
}

/**
 * Upper tail of the chi-squared distribution.
 *
 * @param degrees whole number ≥ 1
 * @see recurrence Q(a + 1, x) = Q(a, x) + x^a e^(−x) / Γ(a + 1); R `pchisq(q, df, lower.tail = FALSE)`
 */
export function pChiSquared(statistic: number, degrees: number): number {
  if (!(statistic > 0)) return 1;
  const x = statistic / 2;
  const odd = degrees % 2 === 1;
  let tail = odd ? erfc(Math.sqrt(x)) : Math.exp(-x);
  let a = odd ? 0.5 : 1;
  let term = odd ? (2 * Math.sqrt(x) * Math.exp(-x)) / Math.sqrt(Math.PI) : x * Math.exp(-x);
  for (; a < degrees / 2; a += 1) {
    tail += term;
    term *= x / (a + 1);
  }
  return tail;
}
