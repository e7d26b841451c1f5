import type { PooledEvidence } from '@wardbook/protocol';
import type { CombineTools } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { hideTable } from './hide-table.js';

/** Evidence while it is collected. */
export type Collected = {
  -readonly [K in keyof PooledEvidence]: PooledEvidence[K] extends readonly (infer T)[]
    ? T[]
    : PooledEvidence[K];
};

/** What all rows of a Table 1 share: its groups, which of them are hidden, and where evidence goes. */
export interface Frame {
  /** Groups in the sums; the last holds patients whose group is missing. */
  readonly groups: number;
  /** Patients per group; the missing one is left out where it is a structural zero. Empty without `by`. */
  readonly perGroup: readonly number[];
  readonly hiddenGroups: readonly boolean[];
  readonly patients: number;
  /** Columns of the table: null = all patients, then the groups that are levels of `by`. */
  readonly columns: readonly (number | null)[];
  readonly tools: CombineTools;
  readonly evidence: Collected;
}

/** The frame of opened patients per group (the missing one last). */
export function frameOf(
  by: string | undefined,
  counts: readonly number[],
  tools: CombineTools
): Frame {
  const patients = sumOf(counts);
  const evidence: Collected = {
    patients,
    frequencies: [],
    scalars: [],
    survival: [],
    models: [],
    quantiles: []
  };
  const shared = { groups: counts.length, patients, tools, evidence };
  if (by === undefined) return { ...shared, perGroup: [], hiddenGroups: [], columns: [null] };
  const structural = variableOf(tools.dictionary, by).complete === true && counts.at(-1) === 0;
  const perGroup = structural ? counts.slice(0, -1) : counts;
  const hiddenGroups = tools.hide(perGroup);
  evidence.frequencies.push({ name: by, counts: perGroup, hidden: hiddenGroups });
  return { ...shared, perGroup, hiddenGroups, columns: [null, ...counts.slice(0, -1).keys()] };
}

/**
 * Sums of one column: a group, or all groups together with the missing one (null).
 *
 * @param cells row-major groups × width
 */
export function over(
  cells: ArrayLike<number>,
  column: number | null,
  { groups, width }: { readonly groups: number; readonly width: number }
): number[] {
  const total = new Array<number>(width).fill(0);
  for (let group = 0; group < groups; group += 1)
    if (column === null || column === group)
      for (let cell = 0; cell < width; cell += 1)
        total[cell] = (total[cell] ?? 0) + (cells[group * width + cell] ?? 0);
  return total;
}

/** Hidden cells of one variable: those of all patients, and those of each group. */
export interface HiddenCells {
  readonly whole: readonly boolean[];
  /** hidden[group][cell]; empty without `by`. */
  readonly perGroup: readonly (readonly boolean[])[];
}

/**
 * Hides counts of one variable. A hidden group shows no cell, and a cell that is hidden among all patients is
 * shown for no group; the rest is closed along both directions. Every line goes to the gate.
 *
 * @param lineOf counts of all patients (null) or of a group
 */
export function hideVariable(
  name: string,
  lineOf: (column: number | null) => readonly number[],
  { perGroup, hiddenGroups, tools, evidence }: Frame
): HiddenCells {
  const total = lineOf(null);
  const whole = tools.hide(total);
  evidence.frequencies.push({ name, counts: total, hidden: whole });
  const lines = perGroup.map((_, group) => lineOf(group));
  const hidden = hideTable(lines, tools.hide, { rows: hiddenGroups, columns: whole });
  lines.forEach((counts, group) =>
    evidence.frequencies.push({
      name: `${name} in group ${group}`,
      counts,
      hidden: hidden[group] ?? []
    })
  );
  if (lines.length > 0)
    total.forEach((_, cell) =>
      evidence.frequencies.push({
        name: `${name} cell ${cell} over groups`,
        counts: lines.map(line => line[cell] ?? 0),
        hidden: hidden.map(line => line[cell] ?? true)
      })
    );
  return { whole, perGroup: hidden };
}

/** Sum of counts. */
export function sumOf(counts: readonly number[]): number {
  return counts.reduce((a, b) => a + b, 0);
}
