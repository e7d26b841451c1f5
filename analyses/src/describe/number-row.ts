import type { PooledLimits } from '@wardbook/protocol';
import type { Blocks } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { largestDifference, meanDifference } from './differences.js';
import { numberFacts, type NumberFacts } from './egress.js';
import { hideVariable, over, sumOf, type Frame, type HiddenCells } from './frame.js';
import type { DescribeRow, NumberSummary } from './parameters.js';
import { binnedQuantile } from './quantiles.js';

/** One number variable: its facts, its opened sums and what is hidden of it. */
interface NumberLine {
  readonly name: string;
  readonly facts: NumberFacts;
  part(part: 'n' | 'sum' | 'squares', column: number | null): number;
  bins(column: number | null): number[];
  readonly counts: HiddenCells;
  /** Groups whose mean and standard deviation are shown; empty without `by`. */
  readonly shown: readonly boolean[];
}

/** The row of a number: n, missing, mean, standard deviation and quartiles per column. */
export function numberRow(name: string, sum: Blocks, frame: Frame): DescribeRow {
  const facts = numberFacts(name, frame.tools);
  const { groups } = frame;
  const part: NumberLine['part'] = (key, column) =>
    over(sum[`${name}.${key}`] ?? [], column, { groups, width: 1 })[0] ?? 0;
  const bins: NumberLine['bins'] = column =>
    over(sum[`${name}.bins`] ?? [], column, { groups, width: facts.breaks.length - 1 });
  const complete =
    variableOf(frame.tools.dictionary, name).complete === true &&
    part('n', null) === frame.patients;
  const counts = hideVariable(
    `${name} values`,
    column => {
      const n = part('n', column);
      return complete ? [n] : [n, patientsIn(column, frame) - n];
    },
    frame
  );
  const perGroup = frame.perGroup.map((_, group) => part('n', group));
  const shown = shownMeans(name, perGroup, frame);
  const line = { name, facts, part, bins, counts, shown };
  const columns = frame.columns.map(column => summaryOf(line, column, frame));
  return {
    variable: name,
    kind: 'number',
    columns,
    difference: largestDifference(columns.slice(1), (a, b) =>
      hasMoments(a) && hasMoments(b) ? meanDifference(a, b) : null
    )
  };
}

type Moments = { readonly mean: number; readonly sd: number };

const hasMoments = (column: NumberSummary): column is NumberSummary & Moments =>
  column.mean !== null && column.sd !== null;

function patientsIn(column: number | null, { patients, perGroup }: Frame): number {
  return column === null ? patients : (perGroup[column] ?? 0);
}

function isEnough(n: number, { k, residualDof }: PooledLimits): boolean {
  return n >= k && n > 1 && n - 1 >= residualDof;
}

// The mean of all patients minus the shown ones is the mean of the others together: they must be enough as well.
function shownMeans(name: string, perGroup: readonly number[], frame: Frame): boolean[] {
  const { hiddenGroups, tools, evidence } = frame;
  const hidden = perGroup.map(
    (n, group) => hiddenGroups[group] === true || !isEnough(n, tools.limits)
  );
  const others = () => perGroup.filter((_, group) => hidden[group]);
  const isOpen = () => tools.limits.k > 0 && hidden.includes(true) && hidden.includes(false);
  while (isOpen() && (others().length < 2 || !isEnough(sumOf(others()), tools.limits))) {
    const shown = perGroup.map((n, group) => (hidden[group] ? Number.POSITIVE_INFINITY : n));
    hidden[shown.indexOf(Math.min(...shown))] = true;
  }
  if (perGroup.length > 0)
    evidence.frequencies.push({ name: `${name} means`, counts: perGroup, hidden });
  if (isOpen()) {
    const patients = sumOf(others());
    evidence.scalars.push({ name: `${name} of the others`, patients, dof: patients - 1 });
  }
  return hidden.map(isHidden => !isHidden);
}

function summaryOf(line: NumberLine, column: number | null, frame: Frame): NumberSummary {
  const { limits } = frame.tools;
  const n = line.part('n', column);
  const isShown = column === null ? isEnough(n, limits) : line.shown[column] === true;
  const hidden = column === null ? line.counts.whole : line.counts.perGroup[column];
  // Without a cell for missing values, their number is zero and public unless the group is hidden.
  const [hideN = true, hideMissing = hideN] = hidden ?? [];
  const counts = {
    n: hideN ? null : n,
    missing: hideMissing ? null : patientsIn(column, frame) - n
  };
  if (!isShown) return { ...counts, mean: null, sd: null, q1: null, median: null, q3: null };
  frame.evidence.scalars.push({ name: `${line.name} mean and sd`, patients: n, dof: n - 1 });
  const average = line.part('sum', column) / n;
  const sd = Math.sqrt(Math.max(0, (line.part('squares', column) - n * average ** 2) / (n - 1)));
  const round = hideN ? coarse(line.facts, patientsIn(column, frame)) : (value: number) => value;
  const bins = line.bins(column);
  const quartile = (probability: number) => {
    const value = quartileOf({ line, bins, probability }, frame);
    return value === null ? null : round(value);
  };
  return {
    ...counts,
    mean: round(line.facts.center + average),
    sd: round(sd),
    q1: quartile(0.25),
    median: quartile(0.5),
    q3: quartile(0.75)
  };
}

/**
 * Rounding where n is hidden: with all digits, n could be read off a mean of whole numbers, and the number of
 * missing values with it. The step is so wide that n · step passes one unit for any n under `patients`.
 */
function coarse({ half }: NumberFacts, patients: number): (value: number) => number {
  const exponent = Math.ceil(Math.log10((2 * half) / Math.max(1, patients)));
  return value => Number(value.toFixed(Math.min(12, Math.max(0, -exponent))));
}

// [D11] Left out where the patients or the bin are too few.
function quartileOf(
  {
    line: { name, facts },
    bins,
    probability
  }: {
    readonly line: NumberLine;
    readonly bins: readonly number[];
    readonly probability: number;
  },
  { tools, evidence }: Frame
): number | null {
  const { k } = tools.limits;
  const patients = sumOf(bins);
  const found = binnedQuantile(bins, facts.breaks, probability);
  if (found === null || patients < 2 * k || found.cellPatients < k) return null;
  const { cellPatients } = found;
  evidence.quantiles.push({ name, probability, patients, cellPatients });
  return found.value;
}
