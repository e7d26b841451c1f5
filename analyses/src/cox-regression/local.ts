import type { Blocks, LocalPart, StudyContext } from '../analysis.js';
import { distinctPatients, groupCodes, groupLevels } from '../groups.js';
import { stepOf, survivalOutcome } from '../survival.js';
import type { Table } from '../table.js';
import { designColumns, designLevels, designOf, type Design } from './design.js';
import type { CoxParameters } from './parameters.js';
import type { CoxSetup, CoxState } from './state.js';
import { addMoments, packed, standardise, stratumSums, weightsOf } from './sums.js';

interface Prepared {
  readonly design: Design;
  readonly levels: Float64Array;
  /** Patients of the table, complete cases or not. */
  readonly cohort: number;
  /** Standardised columns and time cell of each row, once the set-up is known. */
  fitted: { readonly key: string; readonly z: Float64Array; readonly cells: Int32Array } | null;
}

// The design of a table is built once per question, not once per round.
const prepared = new WeakMap<Table, Map<string, Prepared>>();

/** One hospital's partial of a Cox model. */
export function coxLocal(
  table: Table,
  parameters: CoxParameters,
  state: CoxState,
  context: StudyContext
): LocalPart {
  const ready = prepare(table, parameters, context);
  const blocks =
    state.stage === 'setup'
      ? setupSums(ready, parameters, context)
      : fitSums(ready, parameters, state.setup, state.fit.beta, context);
  return { blocks, evidence: { patients: ready.design.patients } };
}

function prepare(table: Table, parameters: CoxParameters, { dictionary }: StudyContext): Prepared {
  const key = JSON.stringify(parameters);
  const known = prepared.get(table)?.get(key);
  if (known) return known;
  const columns = designColumns(dictionary, parameters.covariates);
  const outcome = survivalOutcome(dictionary, parameters.event, false);
  const design = designOf(table, columns, outcome.time.name, parameters.event);
  const ready: Prepared = {
    design,
    levels: levelCounts(table, parameters, dictionary),
    cohort: distinctPatients(table),
    fitted: null
  };
  const ofTable = prepared.get(table) ?? new Map<string, Prepared>();
  prepared.set(table, ofTable.set(key, ready));
  return ready;
}

// Levels among complete cases: a row that lacks any covariate does not count for the others.
function levelCounts(
  table: Table,
  parameters: CoxParameters,
  dictionary: StudyContext['dictionary']
): Float64Array {
  const outcome = survivalOutcome(dictionary, parameters.event, false);
  const used = [parameters.event, outcome.time.name, ...parameters.covariates].map(name =>
    table.columns.get(name)
  );
  const complete = (row: number) =>
    used.every(
      column =>
        column !== undefined &&
        (column.kind === 'levels'
          ? (column.codes[row] ?? -1) >= 0
          : !Number.isNaN(column.values[row]))
    );
  const counts: number[] = [];
  for (const { variable, code } of designLevels(dictionary, parameters.covariates)) {
    const index = groupLevels(dictionary, variable).findIndex(level => level.code === code);
    const codes = groupCodes(table, variable);
    let count = 0;
    for (let row = 0; row < table.rows; row += 1)
      if (codes[row] === index && complete(row)) count += 1;
    counts.push(count);
  }
  return Float64Array.from(counts);
}

function setupSums(
  { design, levels, cohort }: Prepared,
  parameters: CoxParameters,
  { dictionary }: StudyContext
): Blocks {
  const size = designColumns(dictionary, parameters.covariates).length;
  const sums = new Float64Array(size);
  const squares = new Float64Array(size);
  design.x.forEach((value, index) => {
    const column = index % size;
    sums[column] = (sums[column] ?? 0) + value;
    squares[column] = (squares[column] ?? 0) + value * value;
  });
  const events = design.event.reduce((sum, value) => sum + value, 0);
  const blocks = {
    cohort: Float64Array.of(cohort),
    patients: Float64Array.of(design.patients, events),
    levels,
    sums,
    squares
  };
  if (parameters.mode === 'stratified') return blocks;
  const outcome = survivalOutcome(dictionary, parameters.event, parameters.mode === 'exact');
  const leavers = new Float64Array(outcome.steps);
  for (const days of design.timeDays) {
    const step = stepOf(days, outcome);
    leavers[step] = (leavers[step] ?? 0) + 1;
  }
  return { ...blocks, leavers };
}

function fitSums(
  ready: Prepared,
  parameters: CoxParameters,
  setup: CoxSetup,
  beta: readonly number[],
  context: StudyContext
): Blocks {
  const { design } = ready;
  const { z, cells } = fitted(ready, parameters, setup, context);
  if (setup.ends === null) {
    const sums = stratumSums(design, z, beta);
    return {
      logLikelihood: Float64Array.of(sums.logLikelihood),
      score: sums.score,
      information: sums.information
    };
  }
  const size = beta.length;
  const width = 1 + size + packed(size);
  const weights = weightsOf(z, beta, design.rows);
  const leaving = new Float64Array(setup.ends.length * width);
  const tied = new Float64Array(setup.ends.length * width);
  const events = new Float64Array(setup.ends.length);
  const eventSums = new Float64Array(1 + size);
  for (let row = 0; row < design.rows; row += 1) {
    const cell = cells[row] ?? 0;
    const weight = weights[row] ?? 0;
    addMoments(leaving, cell * width, z, row, size, weight);
    if (design.event[row] !== 1) continue;
    events[cell] = (events[cell] ?? 0) + 1;
    addMoments(tied, cell * width, z, row, size, weight);
    eventSums[0] = (eventSums[0] ?? 0) + Math.log(weight);
    for (let c = 0; c < size; c += 1)
      eventSums[1 + c] = (eventSums[1 + c] ?? 0) + (z[row * size + c] ?? 0);
  }
  return { eventSums, events, leaving, tied };
}

function fitted(
  ready: Prepared,
  parameters: CoxParameters,
  setup: CoxSetup,
  { dictionary }: StudyContext
) {
  const key = JSON.stringify([setup.centre, setup.scale, setup.ends]);
  if (ready.fitted?.key === key) return ready.fitted;
  const outcome = survivalOutcome(dictionary, parameters.event, parameters.mode === 'exact');
  const ends = setup.ends ?? [];
  const cells = Int32Array.from(ready.design.timeDays, days => {
    const step = stepOf(days, outcome);
    return Math.max(
      0,
      ends.findIndex(end => end >= step)
    );
  });
  ready.fitted = { key, z: standardise(ready.design, setup), cells };
  return ready.fitted;
}
