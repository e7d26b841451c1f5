import { wardbookError, type EgressBlock, type PooledEvidence } from '@wardbook/protocol';
import type { Analysis, Blocks, CombineTools, StudyContext } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { distinctPatients, groupCodes, groupLevels } from '../groups.js';
import { numbersOf, type Table } from '../table.js';
import { largestDifference, meanDifference, shareDifference } from './differences.js';
import { hideTable } from './hide-table.js';
import {
  DescribeParameters,
  type DescribeRow,
  type DescribeValues,
  type NumberSummary
} from './parameters.js';
import { presentDescribe } from './present.js';
import { binOf, binnedQuantile } from './quantiles.js';

export type { DescribeValues } from './parameters.js';

const COUNT_BOUND = 2 ** 40;
const QUARTILES = { q1: 0.25, median: 0.5, q3: 0.75 } as const;

/** A number variable's public facts. */
interface NumberVariable {
  readonly center: number;
  readonly half: number;
  readonly breaks: readonly number[];
}

/**
 * Table 1: per variable and group n, missing, mean, sd, quartiles from public bins, counts, and standardised differences.
 * Exact sums except the quartiles (see derivation.md); one round. Column order: levels of `by`, then its missing.
 */
export const describe: Analysis<DescribeParameters, null, DescribeValues> = {
  id: 'describe',
  version: 1,
  title: { en: 'Table 1', fr: 'Tableau 1' },
  parameters: DescribeParameters,
  mode: () => 'exact, quartiles from bins',
  variables: ({ variables, by }) => [...new Set([...variables, ...(by === undefined ? [] : [by])])],
  check: ({ variables, by }, { dictionary }) => {
    if (by !== undefined) groupLevels(dictionary, by);
    for (const name of variables) {
      const { type } = variableOf(dictionary, name);
      if (type !== 'number' && type !== 'boolean' && type !== 'category')
        throw wardbookError('PLAN_WRONG_TYPE', { variable: name, type });
    }
  },
  start: () => null,
  egress: ({ variables, by }, _state, context) => {
    const groups = groupCount(by, context);
    return [
      block('patients', 'patients per group', 'patients par groupe', [groups], 'frequency'),
      ...[...new Set(variables)].flatMap(name => blocksOf(name, groups, context))
    ];
  },
  local: (table, { variables, by }, _state, context) => {
    const groups = groupCount(by, context);
    const codes = groupCodes(table, by);
    const groupOf = (row: number) => ((codes[row] ?? -1) < 0 ? groups - 1 : (codes[row] ?? 0));
    const blocks: Record<string, Float64Array> = {
      patients: Float64Array.from({ length: groups }, (_, group) =>
        distinctPatients(table, row => groupOf(row) === group)
      )
    };
    for (const name of new Set(variables))
      Object.assign(blocks, sumsOf(table, name, groupOf, groups, context));
    return { blocks, evidence: { patients: distinctPatients(table) } };
  },
  combine: (sum, parameters, _state, tools) => {
    const groups = groupCount(parameters.by, tools);
    const perGroup = [...(sum['patients'] ?? [])];
    const n = perGroup.reduce((a, b) => a + b, 0);
    if (n === 0) throw wardbookError('ANALYSIS_NO_ROWS');
    const evidence: Collected = {
      patients: n,
      frequencies: [],
      scalars: [],
      survival: [],
      models: [],
      quantiles: []
    };
    const shownGroups = visibleGroups(parameters.by, perGroup, tools, evidence);
    const columns = [null, ...shownGroups.map(({ group }) => group)];
    const rows = [...new Set(parameters.variables)].map(name =>
      variableOf(tools.dictionary, name).type === 'number'
        ? numberRow(name, sum, columns, groups, perGroup, tools, evidence)
        : levelsRow(name, sum, columns, groups, perGroup, tools, evidence)
    );
    const levels = parameters.by === undefined ? [] : groupLevels(tools.dictionary, parameters.by);
    return {
      kind: 'done',
      values: {
        by: parameters.by ?? null,
        columns: columns.map(group => (group === null ? null : (levels[group]?.code ?? null))),
        patients: [n, ...shownGroups.map(({ patients }) => patients)],
        rows
      },
      evidence
    };
  },
  present: presentDescribe,
  preview: ({ variables, by }, context) => {
    const groups = groupCount(by, context);
    return {
      items: [
        item('patients per group', 'patients par groupe', groups),
        ...[...new Set(variables)].flatMap(name => {
          const { label } = variableOf(context.dictionary, name);
          const size = blocksOf(name, groups, context).reduce(
            (total, { shape }) => total + shape.reduce((a, b) => a * b, 1),
            0
          );
          return [item(label.en, label.fr, size)];
        })
      ],
      released: [
        {
          en: 'counts, means, standard deviations and quartiles per group',
          fr: 'effectifs, moyennes, écarts-types et quartiles par groupe'
        }
      ]
    };
  }
};

type Collected = {
  -readonly [K in keyof PooledEvidence]: PooledEvidence[K] extends readonly (infer T)[]
    ? T[]
    : PooledEvidence[K];
};

const item = (en: string, fr: string, size: number) => ({
  label: { en, fr },
  shape: [size],
  atMost: size,
  unit: '1',
  summed: true,
  times: 'once' as const
});

function block(
  name: string,
  en: string,
  fr: string,
  shape: readonly number[],
  kind: EgressBlock['class'],
  bound = COUNT_BOUND,
  fractionBits = 0
): EgressBlock {
  return {
    name,
    label: { en, fr },
    shape,
    unit: kind === 'sum' ? '1' : 'patients',
    class: kind,
    bound,
    fractionBits
  };
}

// Levels of `by` and one more for patients whose group is missing (the only one without `by`).
function groupCount(by: string | undefined, { dictionary }: StudyContext): number {
  return by === undefined ? 1 : groupLevels(dictionary, by).length + 1;
}

function numberFacts(name: string, { dictionary }: StudyContext): NumberVariable {
  const variable = variableOf(dictionary, name);
  if (variable.type !== 'number') throw wardbookError('PLAN_WRONG_TYPE', { variable: name });
  const { min, max } = variable.range;
  return { center: (min + max) / 2, half: (max - min) / 2, breaks: variable.breaks };
}

function blocksOf(name: string, groups: number, context: StudyContext): EgressBlock[] {
  const { type, label } = variableOf(context.dictionary, name);
  const { en, fr } = label;
  if (type !== 'number') {
    const cells = groupLevels(context.dictionary, name).length + 1;
    return [
      block(
        `${name}.levels`,
        `${en}: patients per level`,
        `${fr} : patients par niveau`,
        [groups, cells],
        'frequency'
      )
    ];
  }
  const { half, breaks } = numberFacts(name, context);
  // Deviations from the middle of the public range: sums stay small, so their fixed-point step stays fine.
  const bits = (bound: number) => Math.max(0, Math.min(30, 61 - Math.ceil(Math.log2(bound))));
  const [first, second] = [half * 2 ** 24, half ** 2 * 2 ** 24];
  return [
    block(
      `${name}.n`,
      `${en}: patients with a value`,
      `${fr} : patients avec une valeur`,
      [groups],
      'frequency'
    ),
    block(
      `${name}.sum`,
      `${en}: sum of deviations`,
      `${fr} : somme des écarts`,
      [groups],
      'sum',
      first,
      bits(first)
    ),
    block(
      `${name}.squares`,
      `${en}: sum of squares`,
      `${fr} : somme des carrés`,
      [groups],
      'sum',
      second,
      bits(second)
    ),
    block(
      `${name}.bins`,
      `${en}: patients per public bin`,
      `${fr} : patients par classe publique`,
      [groups, breaks.length - 1],
      'histogram'
    )
  ];
}

function sumsOf(
  table: Table,
  name: string,
  groupOf: (row: number) => number,
  groups: number,
  context: StudyContext
): Blocks {
  if (variableOf(context.dictionary, name).type !== 'number') {
    const levels = groupLevels(context.dictionary, name).length;
    const codes = groupCodes(table, name);
    const cells = new Float64Array(groups * (levels + 1));
    for (let row = 0; row < table.rows; row += 1) {
      const level = (codes[row] ?? -1) < 0 ? levels : (codes[row] ?? 0);
      add(cells, groupOf(row) * (levels + 1) + level, 1);
    }
    return { [`${name}.levels`]: cells };
  }
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
}

function visibleGroups(
  by: string | undefined,
  perGroup: readonly number[],
  { dictionary, hide }: CombineTools,
  evidence: Collected
): { group: number; patients: number | null }[] {
  if (by === undefined) return [];
  const complete = variableOf(dictionary, by).complete === true && perGroup.at(-1) === 0;
  const counts = complete ? perGroup.slice(0, -1) : perGroup;
  const hidden = hide(counts);
  evidence.frequencies.push({ name: by, counts, hidden });
  return perGroup
    .slice(0, -1)
    .map((patients, group) => ({ group, patients: hidden[group] ? null : patients }));
}

// Column null = all groups together, the missing one too.
function over(
  cells: ArrayLike<number>,
  column: number | null,
  groups: number,
  width: number
): number[] {
  const total = new Array<number>(width).fill(0);
  for (let group = 0; group < groups; group += 1)
    if (column === null || column === group)
      for (let cell = 0; cell < width; cell += 1)
        total[cell] = (total[cell] ?? 0) + (cells[group * width + cell] ?? 0);
  return total;
}

function numberRow(
  name: string,
  sum: Blocks,
  columns: readonly (number | null)[],
  groups: number,
  perGroup: readonly number[],
  tools: CombineTools,
  evidence: Collected
): DescribeRow {
  const { center, breaks } = numberFacts(name, tools);
  const one = (part: string, column: number | null) =>
    over(sum[`${name}.${part}`] ?? [], column, groups, 1)[0] ?? 0;
  const split = (column: number | null, all: number) => [one('n', column), all - one('n', column)];
  const total = split(null, sumOf(perGroup));
  const complete = variableOf(tools.dictionary, name).complete === true && total[1] === 0;
  const hidden = complete
    ? null
    : hiddenLines(
        `${name} missing`,
        perGroup.map((all, group) => split(group, all)),
        total,
        { columns, perGroup, tools, evidence }
      );
  const summaries = columns.map(
    (column, at): NumberSummary & { readonly exact: { mean: number; sd: number } | null } => {
      const n = one('n', column);
      const bins = over(sum[`${name}.bins`] ?? [], column, groups, breaks.length - 1);
      const shown = n >= tools.limits.k && n > 1 && n - 1 >= tools.limits.residualDof;
      const average = one('sum', column) / n;
      const sd = Math.sqrt(Math.max(0, (one('squares', column) - n * average ** 2) / (n - 1)));
      if (shown) {
        evidence.scalars.push({ name: `${name} mean`, patients: n, dof: n - 1 });
        evidence.scalars.push({ name: `${name} sd`, patients: n, dof: n - 1 });
      }
      const quartile = (probability: number) => {
        const found = binnedQuantile(bins, breaks, probability);
        if (found === null || n < 2 * tools.limits.k || found.cellPatients < tools.limits.k)
          return null;
        evidence.quantiles.push({
          name,
          probability,
          patients: n,
          cellPatients: found.cellPatients
        });
        return found.value;
      };
      const all = column === null ? sumOf(perGroup) : (perGroup[column] ?? 0);
      const [hideN, hideMissing] = hidden?.[at] ?? [false, false];
      return {
        n: hideN ? null : n,
        missing: hideMissing ? null : all - n,
        mean: shown ? center + average : null,
        sd: shown ? sd : null,
        q1: quartile(QUARTILES.q1),
        median: quartile(QUARTILES.median),
        q3: quartile(QUARTILES.q3),
        exact: shown ? { mean: center + average, sd } : null
      };
    }
  );
  const difference = largestDifference(summaries.slice(1), (a, b) =>
    a.exact && b.exact ? meanDifference(a.exact, b.exact) : null
  );
  return {
    variable: name,
    kind: 'number',
    columns: summaries.map(({ exact: _exact, ...rest }) => rest),
    difference
  };
}

function levelsRow(
  name: string,
  sum: Blocks,
  columns: readonly (number | null)[],
  groups: number,
  perGroup: readonly number[],
  tools: CombineTools,
  evidence: Collected
): DescribeRow {
  const known = groupLevels(tools.dictionary, name);
  const cells = sum[`${name}.levels`] ?? [];
  const width = known.length + 1;
  const whole = over(cells, null, groups, width);
  const complete = variableOf(tools.dictionary, name).complete === true && whole.at(-1) === 0;
  const keep = complete ? known.length : width;
  const lineOf = (column: number | null) => over(cells, column, groups, width).slice(0, keep);
  const hidden = hiddenLines(
    name,
    perGroup.map((_, group) => lineOf(group)),
    lineOf(null),
    { columns, perGroup, tools, evidence }
  );
  const counts = columns.map((column, at) =>
    lineOf(column).map((count, level) => (hidden[at]?.[level] === true ? null : count))
  );
  const shares = counts.slice(1).map(line => line.slice(0, known.length));
  const difference = shares.every(line => line.every(count => count !== null))
    ? largestDifference(shares, shareDifference)
    : null;
  return {
    variable: name,
    kind: 'levels',
    levels: [...known.map(({ code }) => code), ...(complete ? [] : [null])],
    counts,
    difference
  };
}

interface LineTools {
  readonly columns: readonly (number | null)[];
  readonly perGroup: readonly number[];
  readonly tools: CombineTools;
  readonly evidence: Collected;
}

// Hidden cells per column of the table: the groups protect each other, and their totals are the first column.
function hiddenLines(
  name: string,
  lines: readonly (readonly number[])[],
  whole: readonly number[],
  { columns, perGroup, tools, evidence }: LineTools
): readonly (readonly boolean[])[] {
  const hiddenWhole = tools.hide(whole);
  evidence.frequencies.push({ name, counts: whole, hidden: hiddenWhole });
  if (columns.length === 1) return [hiddenWhole];
  // A group that nobody is in (its variable is complete) is a structural zero, not a secret.
  const used = perGroup.at(-1) === 0 ? lines.slice(0, -1) : lines;
  const hidden = hideTable(used, tools.hide);
  used.forEach((counts, group) =>
    evidence.frequencies.push({
      name: `${name} in group ${group}`,
      counts,
      hidden: hidden[group] ?? []
    })
  );
  return columns.map(column => (column === null ? hiddenWhole : (hidden[column] ?? [])));
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((a, b) => a + b, 0);
}

function add(cells: Float64Array, at: number, by: number): void {
  cells[at] = (cells[at] ?? 0) + by;
}
