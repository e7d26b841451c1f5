import { wardbookError } from '@wardbook/protocol';
import type { Blocks, LocalPart, StudyContext } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { distinctPatients, groupCodes, groupLevels } from '../groups.js';
import { numbersOf, type Table } from '../table.js';
import { groupCount, numberFacts } from './egress.js';
import type { DescribeParameters } from './parameters.js';
import { binOf } from './quantiles.js';

/** Group of each row, and how many groups there are. */
interface Grouping {
  readonly groups: number;
  readonly groupOf: (row: number) => number;
}

/**
 * One hospital's sums; a row whose group is missing counts in the last group.
 *
 * @throws ANALYSIS_PATIENT_TWICE: cells count rows, and the rules read them as patients
 */
export function describeLocal(
  table: Table,
  { variables, by }: DescribeParameters,
  context: StudyContext
): LocalPart {
  if (distinctPatients(table) !== table.rows) throw wardbookError('ANALYSIS_PATIENT_TWICE');
  const groups = groupCount(by, context);
  const codes = groupCodes(table, by);
  const groupOf = (row: number) => ((codes[row] ?? -1) < 0 ? groups - 1 : (codes[row] ?? 0));
  const grouping = { groups, groupOf };
  const blocks: Record<string, Float64Array> = {
    patients: Float64Array.from({ length: groups }, (_, group) =>
      distinctPatients(table, row => groupOf(row) === group)
    )
  };
  for (const name of new Set(variables)) {
    const isNumber = variableOf(context.dictionary, name).type === 'number';
    const sums = isNumber ? numberSums : levelSums;
    Object.assign(blocks, sums(table, name, grouping, context));
  }
  return { blocks, evidence: { patients: table.rows } };
}

type Sums = (table: Table, name: string, grouping: Grouping, context: StudyContext) => Blocks;

const levelSums: Sums = (table, name, { groups, groupOf }, { dictionary }) => {
  const levels = groupLevels(dictionary, name).length;
  const codes = groupCodes(table, name);
  const cells = new Float64Array(groups * (levels + 1));
  for (let row = 0; row < table.rows; row += 1) {
    const level = (codes[row] ?? -1) < 0 ? levels : (codes[row] ?? 0);
    add(cells, groupOf(row) * (levels + 1) + level, 1);
  }
  return { [`${name}.levels`]: cells };
};

const numberSums: Sums = (table, name, { groups, groupOf }, context) => {
  const { center, half, breaks } = numberFacts(name, context);
  const bins = breaks.length - 1;
  const n = new Float64Array(groups);
  const sum = new Float64Array(groups);
  const squares = new Float64Array(groups);
  const histogram = new Float64Array(groups * bins);
  const values = numbersOf(table, name);
  for (let row = 0; row < table.rows; row += 1) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const group = groupOf(row);
    // Public bounds hold for every row: what lies outside counts as the bound.
    const deviation = Math.max(-half, Math.min(half, value - center));
    add(n, group, 1);
    add(sum, group, deviation);
    add(squares, group, deviation ** 2);
    add(histogram, group * bins + binOf(value, breaks), 1);
  }
  return {
    [`${name}.n`]: n,
    [`${name}.sum`]: sum,
    [`${name}.squares`]: squares,
    [`${name}.bins`]: histogram
  };
};

function add(cells: Float64Array, at: number, by: number): void {
  cells[at] = (cells[at] ?? 0) + by;
}
