import { wardbookError, type Dictionary, type Variable } from '@wardbook/protocol';
import { variableOf } from './cohort.js';

/** An event of the dictionary with its duration and the public lattice of its times. */
export interface SurvivalOutcome {
  readonly event: Variable;
  readonly time: Extract<Variable, { type: 'duration' }>;
  /** Days per lattice step; 1 = exact days. */
  readonly stepDays: number;
  readonly steps: number;
}

/**
 * The outcome of an event variable.
 *
 * @param exact steps of one day instead of the public lattice
 * @throws PLAN_UNKNOWN_VARIABLE, PLAN_WRONG_TYPE
 */
export function survivalOutcome(
  dictionary: Dictionary,
  eventName: string,
  exact: boolean
): SurvivalOutcome {
  const event = variableOf(dictionary, eventName);
  if (event.type !== 'event')
    throw wardbookError('PLAN_WRONG_TYPE', { variable: eventName, type: event.type });
  const time = variableOf(dictionary, event.time);
  if (time.type !== 'duration')
    throw wardbookError('PLAN_WRONG_TYPE', { variable: event.time, type: time.type });
  const stepDays = exact ? 1 : time.latticeDays;
  return { event, time, stepDays, steps: Math.max(1, Math.ceil(time.range.max / stepDays)) };
}

/** Lattice step of a time: step j covers (j·step, (j + 1)·step]; time 0 lies in step 0. */
export function stepOf(timeDays: number, outcome: SurvivalOutcome): number {
  return Math.min(outcome.steps - 1, Math.max(0, Math.ceil(timeDays / outcome.stepDays) - 1));
}

/**
 * Merges lattice steps forward until every group has at least k people leaving in each cell; the last cell
 * absorbs the rest. k = 0 keeps every step in which somebody leaves.
 *
 * @param leavers [group][step]
 * @returns last step of each cell, ascending; empty when nobody leaves
 */
export function mergeSteps(leavers: readonly ArrayLike<number>[], k: number): number[] {
  const steps = leavers[0]?.length ?? 0;
  const ends: number[] = [];
  let sums = leavers.map(() => 0);
  let last = -1;
  for (let step = 0; step < steps; step += 1) {
    sums = sums.map((sum, group) => sum + (leavers[group]?.[step] ?? 0));
    if (leavers.some(group => (group[step] ?? 0) > 0)) last = step;
    const full = sums.every(sum => sum >= k) && sums.some(sum => sum > 0);
    if (!full) continue;
    ends.push(step);
    sums = sums.map(() => 0);
  }
  if (last < 0) return [];
  if (sums.some(sum => sum > 0)) {
    // The rest is too small for a cell of its own: it joins the last one, whose end moves to the last leaver.
    if (ends.length === 0) return [last];
    ends[ends.length - 1] = last;
  }
  return ends;
}

/** Sums values of lattice steps into cells that end at `ends`. */
export function intoCells(values: ArrayLike<number>, ends: readonly number[]): number[] {
  let from = 0;
  return ends.map(end => {
    let sum = 0;
    for (let step = from; step <= end; step += 1) sum += values[step] ?? 0;
    from = end + 1;
    return sum;
  });
}
