import { Z95 } from '../distributions.js';

/** One curve on its cells; arrays have one entry per cell, times in days (right end of the cell). */
export interface Curve {
  readonly timeDays: readonly number[];
  /** Patients at risk at the start of the cell. */
  readonly atRisk: readonly number[];
  readonly events: readonly number[];
  readonly censored: readonly number[];
  readonly survival: readonly number[];
  /** Bounds of the 95 % interval; null where R gives NA (survival 0 or 1 under log-log). */
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/** Type of the interval. */
export type IntervalType = 'log-log' | 'log' | 'plain';

/**
 * Kaplan–Meier curve with Greenwood intervals.
 *
 * @param events events per cell
 * @param censored censored per cell; they are at risk at the cell's events
 * @see R `survfit(Surv(t, e) ~ 1, conf.type = …)`
 */
export function kaplanMeierCurve(
  timeDays: readonly number[],
  events: readonly number[],
  censored: readonly number[],
  interval: IntervalType
): Curve {
  let remaining = [...events, ...censored].reduce((sum, value) => sum + value, 0);
  let survival = 1;
  let greenwood = 0;
  const curve = {
    atRisk: [] as number[],
    survival: [] as number[],
    lower: [] as (number | null)[],
    upper: [] as (number | null)[]
  };
  timeDays.forEach((_, cell) => {
    const d = events[cell] ?? 0;
    curve.atRisk.push(remaining);
    if (remaining > 0) {
      survival *= (remaining - d) / remaining;
      greenwood += d / (remaining * (remaining - d));
    }
    const [lower, upper] = intervalOf(survival, Math.sqrt(greenwood), interval);
    curve.survival.push(survival);
    curve.lower.push(lower);
    curve.upper.push(upper);
    remaining -= d + (censored[cell] ?? 0);
  });
  return { timeDays, events, censored, ...curve };
}

function intervalOf(
  s: number,
  se: number,
  type: IntervalType
): readonly [number | null, number | null] {
  if (type === 'plain') {
    const width = Z95 * s * se;
    return Number.isFinite(width) ? [Math.max(0, s - width), Math.min(1, s + width)] : [null, null];
  }
  if (s === 0) return [null, null];
  if (type === 'log')
    return [Math.exp(Math.log(s) - Z95 * se), Math.min(1, Math.exp(Math.log(s) + Z95 * se))];
  if (s === 1) return [null, null];
  const centre = Math.log(-Math.log(s));
  const width = (Z95 * se) / Math.log(s);
  return [Math.exp(-Math.exp(centre - width)), Math.exp(-Math.exp(centre + width))];
}

/** First time with a value ≤ 0.5; the middle of a flat piece at exactly 0.5. @see R `quantile.survfit` */
export function medianOf(
  timeDays: readonly number[],
  values: readonly (number | null)[]
): number | null {
  const at = values.findIndex(value => value !== null && value <= 0.5 + 1e-9);
  if (at < 0) return null;
  const time = timeDays[at] ?? 0;
  if (Math.abs((values[at] ?? 0) - 0.5) > 1e-9) return time;
  const next = values.findIndex(value => value !== null && value < 0.5 - 1e-9);
  return next < 0 ? time : (time + (timeDays[next] ?? time)) / 2;
}

/**
 * Restricted mean survival time to a horizon, days, with its standard error.
 *
 * @see R `summary(survfit(…), rmean = tau)$table`
 */
export function restrictedMean(
  curve: Curve,
  horizonDays: number
): { readonly valueDays: number; readonly seDays: number } {
  const areas: number[] = [];
  let previous = 0;
  let survival = 1;
  const widths: { area: number; cell: number }[] = [];
  curve.timeDays.forEach((time, cell) => {
    if (previous >= horizonDays) return;
    const end = Math.min(time, horizonDays);
    widths.push({ area: survival * (end - previous), cell });
    previous = end;
    survival = curve.survival[cell] ?? survival;
  });
  if (previous < horizonDays) widths.push({ area: survival * (horizonDays - previous), cell: -1 });
  let after = 0;
  for (let index = widths.length - 1; index >= 0; index -= 1) {
    areas[index] = after;
    after += widths[index]?.area ?? 0;
  }
  let variance = 0;
  widths.forEach(({ cell }, index) => {
    const n = curve.atRisk[cell] ?? 0;
    const d = curve.events[cell] ?? 0;
    const inside = cell >= 0 && (curve.timeDays[cell] ?? 0) <= horizonDays;
    if (inside && n > d && d > 0) variance += (areas[index] ?? 0) ** 2 * (d / (n * (n - d)));
  });
  return { valueDays: after, seDays: Math.sqrt(variance) };
}
