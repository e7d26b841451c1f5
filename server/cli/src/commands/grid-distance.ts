import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import {
  coxRegression,
  kaplanMeier,
  type Analysis,
  type Blocks,
  type CoxValues,
  type KaplanMeierValues,
  type Table
} from '@wardbook/analyses';
import { DataSource, takeSnapshot } from '@wardbook/hospital';
import { Dictionary, parseWith, type PooledLimits } from '@wardbook/protocol';
import { readFederationFolder, readJson } from '../federation/description.js';

/** How far the time grid moves the demo's numbers from exact times. */
export interface GridDistance {
  /** Largest difference of a survival curve at the ends of the grid's intervals, percentage points. */
  readonly survivalPoints: number;
  /** Largest relative difference of a hazard ratio, percent. */
  readonly hazardRatioPercent: number;
}

const GRID: PooledLimits = {
  k: 11,
  residualDof: 10,
  parametersPerEvent: 0.1,
  exactTimes: false,
  profiles: []
};
const EXACT: PooledLimits = { ...GRID, k: 0, residualDof: 0, exactTimes: true };
const MOST_ROUNDS = 100;

/**
 * Compares grid mode with exact times on the demo's rows, read here by the hospitals' own reader. Only for the demo, whose
 * data are public: a real study's rows are nowhere together.
 */
export async function gridDistance(folder: string): Promise<GridDistance> {
  const source = await readFederationFolder(folder);
  const dictionary = parseWith(
    Dictionary,
    await readJson(resolve(folder, source.description.dictionary)),
    'CONFIG_INVALID'
  );
  const pooled = source.description.hospitals.filter(hospital => hospital.pooledByDefault);
  const tables = await Promise.all(
    pooled.map(async ({ data }) => {
      const file = resolve(source.folder, data.file);
      const from = parseWith(DataSource, { ...data, file }, 'CONFIG_INVALID');
      return (await takeSnapshot(from, dictionary, randomBytes(32))).table;
    })
  );
  const both = <P, S, V>(analysis: Analysis<P, S, V>, grid: P, exact: P): [V, V] => [
    fit(analysis, grid, tables, dictionary, GRID),
    fit(analysis, exact, tables, dictionary, EXACT)
  ];
  const curve = { event: 'rfs', by: 'size', interval: 'log-log' } as const;
  const model = { event: 'rfs', covariates: ['age', 'meno', 'size', 'grade', 'nodes', 'hormon'] };
  return {
    survivalPoints: survivalDistance(
      ...both(kaplanMeier, { ...curve, mode: 'grid' }, { ...curve, mode: 'exact' })
    ),
    hazardRatioPercent: ratioDistance(
      ...both(coxRegression, { ...model, mode: 'grid' }, { ...model, mode: 'exact' })
    )
  };
}

function fit<P, S, V>(
  analysis: Analysis<P, S, V>,
  parameters: P,
  tables: readonly Table[],
  dictionary: Dictionary,
  limits: PooledLimits
): V {
  const context = { dictionary, limits, hospitals: tables.length };
  const hide = (counts: readonly number[]) => counts.map(() => false);
  let state = analysis.start(parameters, context);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const parts = tables.map(table => analysis.local(table, parameters, state, context).blocks);
    const step = analysis.combine(added(parts), parameters, state, { ...context, hide });
    if (step.kind === 'done') return step.values;
    state = step.state;
  }
  throw new Error(`no end after ${MOST_ROUNDS} rounds`);
}

function added(parts: readonly Blocks[]): Blocks {
  const [first = {}, ...others] = parts;
  return Object.fromEntries(
    Object.entries(first).map(([name, values]) => [
      name,
      values.map((value, at) => others.reduce((sum, part) => sum + (part[name]?.[at] ?? 0), value))
    ])
  );
}

function survivalDistance(grid: KaplanMeierValues, exact: KaplanMeierValues): number {
  let largest = 0;
  grid.groups.forEach(({ curve }, group) => {
    const other = exact.groups[group]?.curve;
    // The last interval takes in all that follows: its end is no time of comparison.
    curve.timeDays.slice(0, -1).forEach((days, cell) => {
      const at = other?.timeDays.findLastIndex(time => time <= days) ?? -1;
      const there = at < 0 ? 1 : (other?.survival[at] ?? 1);
      largest = Math.max(largest, 100 * Math.abs((curve.survival[cell] ?? 1) - there));
    });
  });
  return largest;
}

function ratioDistance(grid: CoxValues, exact: CoxValues): number {
  return Math.max(
    ...grid.coefficients.map(({ estimate }, at) => {
      const there = exact.coefficients[at]?.estimate;
      if (!estimate || !there) return 0;
      return 100 * Math.abs(estimate.hazardRatio / there.hazardRatio - 1);
    })
  );
}
