import type { KaplanMeierValues } from './kaplan-meier.js';

/** A last cell this many times as wide as the one before it says when people left only in the rough. */
const WIDE = 2;

/**
 * Where a curve on grouped times is drawn to, days. The last cell takes in everybody who was left over: when it is much
 * wider than the one before, its one step at the very end would look like a long level followed by a fall.
 */
export function shownEndDays({ groups, mode }: KaplanMeierValues): number {
  const ends = groups[0]?.curve.timeDays ?? [];
  const [third = 0, second = 0, last = 0] = [...[0, 0, 0], ...ends].slice(-3);
  const isWide = ends.length > 2 && last - second > WIDE * (second - third);
  return mode === 'grid' && isWide ? second : last;
}
