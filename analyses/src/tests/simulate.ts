import type { HideCells, PooledEvidence, PooledLimits } from '@wardbook/protocol';
import type { Analysis, Blocks } from '../analysis.js';
import type { Table } from '../table.js';
import { dictionary } from './cohorts.js';

/** Limits of `fr-hospital`. */
export const LIMITS: PooledLimits = {
  k: 11,
  residualDof: 10,
  parametersPerEvent: 0.1,
  exactTimes: false,
  profiles: ['fr-hospital']
};
/** Limits of `public-data`. */
export const NO_FLOORS: PooledLimits = {
  k: 0,
  residualDof: 0,
  parametersPerEvent: 1,
  exactTimes: true,
  profiles: ['public-data']
};

/**
 * Rules D2 and D3 on one line, written a second time: this package does not import the guard. What the real ones
 * leave is tried in the testbed.
 */
export function hideLine(k: number): HideCells {
  return (counts, already) => {
    const hidden = counts.map((count, index) => count < k || already?.[index] === true);
    const isOpen = () => {
      const away = counts.filter((_, index) => hidden[index]);
      const total = away.reduce((sum, count) => sum + count, 0);
      return away.length > 0 && away.length < counts.length && (away.length < 2 || total < k);
    };
    while (isOpen()) {
      const shown = counts.map((count, index) => (hidden[index] ? Infinity : count));
      hidden[shown.indexOf(Math.min(...shown))] = true;
    }
    return hidden;
  };
}

/** Runs an analysis over tables in one process, with the fixed-point rounding of the real encoding. */
export function simulate<P, S, V>(
  analysis: Analysis<P, S, V>,
  parameters: P,
  tables: readonly Table[],
  limits: PooledLimits = LIMITS
): { readonly values: V; readonly evidence: PooledEvidence; readonly rounds: number } {
  const context = { dictionary, limits, hospitals: tables.length };
  const hide = hideLine(limits.k);
  analysis.check(parameters, context);
  let state = analysis.start(parameters, context);
  for (let rounds = 1; rounds < 100; rounds += 1) {
    const blocks = analysis.egress(parameters, state, context);
    const parts = tables.map(table => analysis.local(table, parameters, state, context).blocks);
    const sum: Record<string, Float64Array> = {};
    for (const block of blocks) sum[block.name] = add(parts, block.name, 2 ** block.fractionBits);
    const step = analysis.combine(sum, parameters, state, { ...context, hide });
    if (step.kind === 'done') return { values: step.values, evidence: step.evidence, rounds };
    // States travel as JSON between rounds.
    state = JSON.parse(JSON.stringify(step.state)) as S;
  }
  throw new Error('no end after 100 rounds');
}

function add(parts: readonly Blocks[], name: string, scale: number): Float64Array {
  const first = parts[0]?.[name] ?? new Float64Array();
  return first.map(
    (_, index) =>
      parts.reduce(
        (sum, part) => sum + Math.round((part[name]?.[index] ?? Number.NaN) * scale),
        0
      ) / scale
  );
}
