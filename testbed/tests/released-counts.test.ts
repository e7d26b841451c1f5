import {
  catalogue,
  type Blocks,
  type BoundAnalysis,
  type Column,
  type CountValues,
  type CoxValues,
  type DescribeValues,
  type KaplanMeierValues,
  type Table
} from '@wardbook/analyses';
import { hideCells, judgePooled, refusalOf } from '@wardbook/guard';
import { Dictionary, WardbookError, type PooledLimits } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';

const HOSPITALS = 3;
const TABLES = 300;
const STEPS = 40;
const text = (name: string) => ({ en: name, fr: name });
const shared = (name: string, complete: boolean) => ({
  name,
  label: text(name),
  sensitivity: 'ordinary',
  complete
});
const category = (name: string, size: number, complete: boolean) => ({
  ...shared(name, complete),
  type: 'category',
  levels: Array.from({ length: size }, (_, at) => ({ code: `l${at}`, label: text(`l${at}`) }))
});
const dictionary = Dictionary.parse({
  dictionary: 1,
  study: 'random',
  version: '1.0.0',
  title: text('random'),
  variables: [
    category('ward', 5, true),
    category('stage', 4, false),
    { ...shared('sex', true), type: 'boolean' },
    ...[true, false].map(complete => ({
      ...shared(complete ? 'age' : 'dose', complete),
      type: 'number',
      unit: 'a',
      range: { min: 0, max: 100 },
      breaks: [0, 25, 50, 75, 100]
    })),
    {
      ...shared('days', true),
      type: 'duration',
      unit: 'd',
      range: { min: 0, max: 10 * STEPS },
      latticeDays: 10
    },
    { ...shared('event', true), type: 'event', time: 'days' }
  ]
});

/** True values per patient; null = missing. Levels and booleans are indices. */
type Row = Readonly<Record<string, number | null>>;
type Random = () => number;

function randomOf(seed: number): Random {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function randomRows(random: Random): Row[] {
  const size = 30 + Math.floor(random() ** 2 * 900);
  // Skewed shares, so that small and empty levels are common.
  const skew = 1 + 4 * random();
  const level = (levels: number) => Math.floor(random() ** skew * levels);
  const lacking = random() < 0.5 ? 0.02 : 0.1;
  return Array.from({ length: size }, () => ({
    ward: level(5),
    stage: random() < lacking ? null : level(4),
    sex: Number(random() < 0.3),
    age: Math.floor(random() * 100),
    dose: random() < lacking ? null : Math.floor(random() * 100),
    days: Math.ceil(random() * 10 * STEPS),
    event: Number(random() < 0.6)
  }));
}

function tableOf(rows: readonly Row[]): Table {
  const columns = dictionary.variables.map(({ name, ...variable }): [string, Column] => {
    if (variable.type !== 'category')
      return [
        name,
        { kind: 'number', values: Float64Array.from(rows, row => row[name] ?? Number.NaN) }
      ];
    const levels = variable.levels.map(({ code }) => code);
    return [name, { kind: 'levels', levels, codes: Int16Array.from(rows, row => row[name] ?? -1) }];
  });
  return { rows: rows.length, persons: Int32Array.from(rows.keys()), columns: new Map(columns) };
}

/** What hospitals would release, judged by the real gate; a code where they refuse. */
function released(
  analysis: BoundAnalysis,
  tables: readonly Table[],
  limits: PooledLimits
): unknown {
  let state = analysis.start();
  for (let round = 0; round < 60; round += 1) {
    const parts = tables.map(table => analysis.local(table, state).blocks);
    const sum: Blocks = Object.fromEntries(
      analysis.egress(state).map(({ name }) => [name, addAll(parts, name)])
    );
    const step = analysis.combine(sum, state, hideCells(limits.k));
    if (step.kind === 'next') {
      state = step.state;
      continue;
    }
    const refusal = refusalOf(judgePooled(step.evidence, limits));
    if (refusal !== null) throw refusal;
    return step.values;
  }
  throw new Error('no end');
}

const addAll = (parts: readonly Blocks[], name: string) =>
  (parts[0]?.[name] ?? new Float64Array()).map((_, at) =>
    parts.reduce((total, part) => total + (part[name]?.[at] ?? Number.NaN), 0)
  );

/** A count that everybody can read: the sum of some unknown cells. */
interface Known {
  readonly cells: readonly number[];
  readonly total: number;
}

/** Cells that the known sums determine: unit vectors in the row space of the equations. */
function determined(size: number, known: readonly Known[]): Set<number> {
  const rows = known.map(({ cells }) => {
    const row = new Array<number>(size).fill(0);
    for (const cell of cells) row[cell] = 1;
    return row;
  });
  let rank = 0;
  for (let column = 0; column < size; column += 1) {
    const pivot = rows.findIndex((row, at) => at >= rank && Math.abs(row[column] ?? 0) > 1e-9);
    const found = rows[pivot];
    if (found === undefined) continue;
    rows[pivot] = rows[rank] ?? found;
    const scaled = found.map(value => value / (found[column] ?? 1));
    rows.forEach((row, at) => {
      const factor = row[column] ?? 0;
      if (at !== rank && factor !== 0)
        rows[at] = row.map((value, cell) => value - factor * (scaled[cell] ?? 0));
    });
    rows[rank] = scaled;
    rank += 1;
  }
  const units = rows.slice(0, rank).map(row => [...row.keys()].filter(at => row[at] !== 0));
  return new Set(units.filter(cells => cells.length === 1).flat());
}

/** No cell of fewer than k people can be worked out, and a shown total leaves no few people over. */
function expectSafe(truth: readonly number[], known: readonly Known[], k: number): void {
  for (const { cells, total } of known)
    expect(total).toBe(cells.reduce((sum, cell) => sum + (truth[cell] ?? Number.NaN), 0));
  for (const cell of determined(truth.length, known))
    expect(truth[cell], `cell ${cell}`).toBeGreaterThanOrEqual(k);
  for (const all of known) {
    const shown = known.filter(
      ({ cells }) => cells.length < all.cells.length && cells.every(at => all.cells.includes(at))
    );
    // n and the patients of a group are the same cell where no value may be missing.
    const single = new Map(
      shown.flatMap(({ cells: [cell, ...more], total }) =>
        cell === undefined || more.length > 0 ? [] : [[cell, total]]
      )
    );
    const others = all.total - [...single.values()].reduce((sum, total) => sum + total, 0);
    if (single.size > 0 && single.size < all.cells.length)
      expect(others, 'the others').toBeGreaterThanOrEqual(k);
  }
}

const tally = (rows: readonly Row[], fits: (row: Row) => boolean) => rows.filter(fits).length;

const LEVELS = { ward: [0, 1, 2, 3, 4], stage: [0, 1, 2, 3, null], sex: [0, 1] } as const;
type Grouped = keyof typeof LEVELS;
const isStructural = (name: string) => name !== 'stage' && name !== 'dose';

function expectSafeCount(values: CountValues, rows: readonly Row[], by: Grouped, k: number) {
  const truth = LEVELS[by].map(level => tally(rows, row => row[by] === level));
  const all = { cells: [...truth.keys()], total: values.n };
  const shown = values.rows.flatMap(({ n }, cell) =>
    n === null ? [] : [{ cells: [cell], total: n }]
  );
  expectSafe(truth, [all, ...shown], k);
}

interface Shown {
  /** One line per column of the table: all patients, then the groups. */
  readonly counts: readonly (readonly (number | null)[])[];
  /** True values of one patient's cell in a line. */
  readonly cellOf: (row: Row) => number;
  readonly width: number;
}

/** Unknown cells: group × cell, the groups' missing one last. */
function expectSafeLines(
  { counts, cellOf, width }: Shown,
  { values, rows, by }: { values: DescribeValues; rows: readonly Row[]; by: Grouped },
  k: number
) {
  const groups = LEVELS[by].length;
  const truth = new Array<number>(groups * width).fill(0);
  for (const row of rows) {
    const at = LEVELS[by].findIndex(level => level === row[by]) * width + cellOf(row);
    truth[at] = (truth[at] ?? 0) + 1;
  }
  const place = (column: number, cell: number) =>
    column === 0
      ? Array.from({ length: groups }, (_, group) => group * width + cell)
      : [(column - 1) * width + cell];
  const known = counts.flatMap((line, column) =>
    line.flatMap((total, cell) => (total === null ? [] : [{ cells: place(column, cell), total }]))
  );
  const cells = Array.from({ length: width }, (_, cell) => cell);
  const sizes = values.patients.flatMap((total, column) =>
    total === null ? [] : [{ cells: cells.flatMap(cell => place(column, cell)), total }]
  );
  expectSafe(truth, [...known, ...sizes], k);
  const perGroup = LEVELS[by].map(level => tally(rows, row => row[by] === level));
  const groupSizes = values.patients
    .slice(1)
    .flatMap((total, group) => (total === null ? [] : [{ cells: [group], total }]));
  const all = { cells: [...perGroup.keys()], total: values.patients[0] ?? Number.NaN };
  expectSafe(perGroup, [all, ...groupSizes], k);
}

/** The mean of all minus the shown ones belongs to nobody, or to enough people of two groups. */
function expectSafeMeans(
  means: readonly (number | null)[],
  { rows, by, name }: { rows: readonly Row[]; by: Grouped; name: string },
  limits: PooledLimits
) {
  const enough = Math.max(limits.k, limits.residualDof + 1);
  const withValue = LEVELS[by].map(level =>
    tally(rows, row => row[by] === level && row[name] !== null)
  );
  means.slice(1).forEach((mean, group) => {
    if (mean !== null) expect(withValue[group]).toBeGreaterThanOrEqual(enough);
  });
  const hidden = withValue.filter((_, group) => (means[group + 1] ?? null) === null);
  if (means[0] === null || hidden.length === 0 || hidden.length === withValue.length) return;
  // The missing group has no column of its own: what is left over for it alone is as good as shown.
  if (hidden.length === 1) expect(by).toBe('stage');
  expect(hidden.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(enough);
}

function expectSafeTable(
  values: DescribeValues,
  rows: readonly Row[],
  by: Grouped,
  limits: PooledLimits
) {
  for (const line of values.rows) {
    const name = line.variable;
    if (line.kind === 'levels') {
      const width = line.levels.length;
      const cellOf = (row: Row) => row[name] ?? width - 1;
      expectSafeLines({ counts: line.counts, cellOf, width }, { values, rows, by }, limits.k);
      continue;
    }
    const width = isStructural(name) ? 1 : 2;
    const counts = line.columns.map(({ n, missing }) => (width === 1 ? [n] : [n, missing]));
    const cellOf = (row: Row) => Number(row[name] === null);
    expectSafeLines({ counts, cellOf, width }, { values, rows, by }, limits.k);
    for (const key of ['mean', 'sd'] as const)
      expectSafeMeans(
        line.columns.map(column => column[key]),
        { rows, by, name },
        limits
      );
    line.columns.forEach(({ mean, median }) => {
      if (mean === null) expect(median).toBeNull();
    });
  }
}

function expectSafeCurves(
  { groups }: KaplanMeierValues,
  rows: readonly Row[],
  by: Grouped,
  k: number
) {
  groups.forEach(({ n, curve }, at) => {
    expect(n).toBe(tally(rows, row => row[by] === LEVELS[by][at]));
    expect(n).toBeGreaterThanOrEqual(k);
    curve.timeDays.forEach((_, cell) => {
      const leavers = (curve.events[cell] ?? 0) + (curve.censored[cell] ?? 0);
      expect(Math.min(leavers, curve.atRisk[cell] ?? 0)).toBeGreaterThanOrEqual(k);
    });
  });
}

function expectSafeModel(
  values: CoxValues,
  rows: readonly Row[],
  covariates: readonly string[],
  k: number
) {
  const complete = rows.filter(row => covariates.every(name => row[name] !== null));
  expect(values.n).toBe(complete.length);
  expect(values.events).toBeGreaterThanOrEqual(k);
  expect(values.n - values.events).toBeGreaterThanOrEqual(k);
  expect(values.coefficients.length).toBeLessThanOrEqual(0.1 * values.events);
  for (const name of covariates.filter(covariate => covariate in LEVELS))
    for (const level of new Set(complete.map(row => row[name])))
      expect(tally(complete, row => row[name] === level)).toBeGreaterThanOrEqual(k);
}

interface Question {
  readonly rows: readonly Row[];
  readonly by: Grouped;
  readonly limits: PooledLimits;
  readonly random: Random;
}

const CASES: Readonly<
  Record<
    string,
    { parameters(question: Question): object; check(values: never, question: Question): void }
  >
> = {
  count: {
    parameters: ({ by }) => ({ by }),
    check: (values: CountValues, { rows, by, limits }) => {
      expectSafeCount(values, rows, by, limits.k);
    }
  },
  describe: {
    parameters: ({ by }) => ({ by, variables: ['ward', 'stage', 'sex', 'age', 'dose'] }),
    check: (values: DescribeValues, { rows, by, limits }) => {
      expectSafeTable(values, rows, by, limits);
    }
  },
  'kaplan-meier': {
    parameters: ({ by }) => ({ event: 'event', by, mode: 'grid' }),
    check: (values: KaplanMeierValues, { rows, by, limits }) => {
      expectSafeCurves(values, rows, by, limits.k);
    }
  },
  'cox-regression': {
    parameters: ({ by }) => ({ event: 'event', covariates: ['dose', by], mode: 'grid' }),
    check: (values: CoxValues, { rows, by, limits }) => {
      expectSafeModel(values, rows, ['dose', by], limits.k);
    }
  }
};

describe('what random tables release through the real gate', () => {
  it.each(Object.entries(CASES))(
    '%s shows no few people, alone or by subtraction',
    (id, { parameters, check }) => {
      const seed = 1 + Math.floor(Math.random() * 1e9);
      const random = randomOf(seed);
      let releases = 0;
      for (let table = 0; table < TABLES; table += 1) {
        const rows = randomRows(random);
        const k = random() < 0.5 ? 5 : 11;
        const limits: PooledLimits = {
          k,
          residualDof: 10,
          parametersPerEvent: 0.1,
          exactTimes: false,
          profiles: ['fr-hospital']
        };
        const by = (['ward', 'stage', 'sex'] as const)[table % 3] ?? 'ward';
        const question = { rows, by, limits, random };
        const tables = Array.from({ length: HOSPITALS }, (_, at) =>
          tableOf(rows.filter((_row, index) => index % HOSPITALS === at))
        );
        try {
          const bound = catalogue
            .get(id)
            ?.bind(parameters(question), { dictionary, limits, hospitals: HOSPITALS });
          if (bound === undefined) throw new Error(`no analysis ${id}`);
          const values = released(bound, tables, limits);
          releases += 1;
          check(values as never, question);
        } catch (error) {
          if (error instanceof WardbookError) continue;
          throw new Error(`seed ${seed}, table ${table}, k ${k}, by ${by}`, { cause: error });
        }
      }
      expect(releases).toBeGreaterThan(TABLES / 20);
    }
  );
});
