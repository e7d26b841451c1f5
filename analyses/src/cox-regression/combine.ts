import type { PooledEvidence } from '@wardbook/protocol';
import type { Blocks, CombineTools, Step } from '../analysis.js';
import { pChiSquared, pNormalTwoSided, Z95 } from '../distributions.js';
import { leftOutOf } from '../left-out.js';
import { nobodyLeft } from '../nobody-left.js';
import { intoCells, mergeSteps, survivalOutcome } from '../survival.js';
import { multiply } from '../linear.js';
import { designColumns } from './design.js';
import { modelEvidence, refuseSmallModel } from './model-size.js';
import { newtonStep, startFit, type Fit } from './newton.js';
import type { CoxParameters } from './parameters.js';
import type { CoxSetup, CoxState } from './state.js';
import { addEfron, emptySums, packed, type CoxSums } from './sums.js';
import type { CoxCoefficient, CoxValues } from './values.js';

/** Opened sums → the grid and scales, the next coefficients, or the released model. */
export function coxCombine(
  sum: Blocks,
  parameters: CoxParameters,
  state: CoxState,
  tools: CombineTools
): Step<CoxState, CoxValues> {
  if (state.stage === 'setup') return { kind: 'next', state: setUp(sum, parameters, tools) };
  const size = state.fit.beta.length;
  const sums =
    state.setup.ends === null
      ? stratified(sum, size)
      : fromCells(sum, state.setup.ends.length, size);
  const step = newtonStep(state.fit, sums);
  if ('next' in step) return { kind: 'next', state: { ...state, fit: step.next } };
  const { time } = survivalOutcome(tools.dictionary, parameters.event, false);
  const { leftOut, evidence } = leftOutOf(
    { cohort: state.setup.cohort, used: state.setup.patients },
    [parameters.event, time.name, ...parameters.covariates],
    tools
  );
  return {
    kind: 'done',
    values: { ...release(step.fit, parameters, state.setup, tools), leftOut },
    evidence: {
      ...evidenceOf(parameters, state.setup, tools),
      frequencies: evidence
    }
  };
}

function setUp(sum: Blocks, parameters: CoxParameters, tools: CombineTools): CoxState {
  const [patients = 0, events = 0] = sum['patients'] ?? [];
  if (patients === 0) throw nobodyLeft(tools.limits);
  const centre = Array.from(sum['sums'] ?? [], value => value / patients);
  const scale = Array.from(sum['squares'] ?? [], (value, column) => {
    const variance = value / patients - (centre[column] ?? 0) ** 2;
    // Below the resolution of the encoding a column is constant.
    return variance > 1e-8 ? Math.sqrt(variance) : 0;
  });
  const grid = gridOf(sum, parameters, tools);
  const setup: CoxSetup = {
    patients,
    events,
    cohort: sum['cohort']?.[0] ?? patients,
    levels: Array.from(sum['levels'] ?? []),
    centre,
    scale,
    ...grid
  };
  refuseSmallModel(modelEvidence(setup, parameters, tools), tools);
  return { stage: 'fit', setup, fit: startFit(centre.length) };
}

function gridOf(
  sum: Blocks,
  parameters: CoxParameters,
  tools: CombineTools
): Pick<CoxSetup, 'ends' | 'leavers'> {
  if (parameters.mode === 'stratified') return { ends: null, leavers: null };
  const leavers = sum['leavers'] ?? new Float64Array();
  const ends = mergeSteps([leavers], parameters.mode === 'exact' ? 0 : tools.limits.k);
  return { ends, leavers: intoCells(leavers, ends) };
}

function stratified(sum: Blocks, size: number): CoxSums {
  return {
    logLikelihood: sum['logLikelihood']?.[0] ?? Number.NaN,
    score: sum['score'] ?? new Float64Array(size),
    information: sum['information'] ?? new Float64Array(packed(size))
  };
}

// Risk sums at a cell = everybody who leaves in it or later: suffix sums of the increments.
function fromCells(sum: Blocks, cells: number, size: number): CoxSums {
  const width = 1 + size + packed(size);
  const sums = emptySums(size);
  const leaving = sum['leaving'] ?? new Float64Array(cells * width);
  const tied = sum['tied'] ?? new Float64Array(cells * width);
  const risk = new Float64Array(width);
  for (let cell = cells - 1; cell >= 0; cell -= 1) {
    for (let at = 0; at < width; at += 1)
      risk[at] = (risk[at] ?? 0) + (leaving[cell * width + at] ?? 0);
    const events = Math.round(sum['events']?.[cell] ?? 0);
    if (events > 0)
      addEfron(sums, risk, tied.subarray(cell * width, (cell + 1) * width), events, size);
  }
  const eventSums = sum['eventSums'] ?? new Float64Array(1 + size);
  sums.logLikelihood += eventSums[0] ?? 0;
  for (let c = 0; c < size; c += 1) sums.score[c] = (sums.score[c] ?? 0) + (eventSums[1 + c] ?? 0);
  return sums;
}

function release(
  fit: Fit,
  parameters: CoxParameters,
  setup: CoxSetup,
  tools: CombineTools
): Omit<CoxValues, 'leftOut'> {
  const size = fit.beta.length;
  const columns = designColumns(tools.dictionary, parameters.covariates);
  const factor = columns.map((column, c) => 1 / ((setup.scale[c] || 1) * column.span));
  const coefficients = columns.map((column, c): CoxCoefficient => {
    const { variable, level } = column;
    if (fit.aliased[c]) return { variable, level, estimate: null };
    const coefficient = (fit.beta[c] ?? 0) * (factor[c] ?? 1);
    const standardError = Math.sqrt(fit.covariance[c * size + c] ?? 0) * (factor[c] ?? 1);
    const z = coefficient / standardError;
    const at = (shift: number) => Math.exp(coefficient + shift * Z95 * standardError);
    return {
      variable,
      level,
      estimate: {
        coefficient,
        standardError,
        z,
        p: pNormalTwoSided(z),
        hazardRatio: at(0),
        lower: at(-1),
        upper: at(1)
      }
    };
  });
  const degrees = fit.aliased.filter(alias => !alias).length;
  const test = (statistic: number) => ({
    statistic,
    degrees,
    p: pChiSquared(statistic, Math.max(1, degrees))
  });
  const wald = multiply(fit.information, fit.beta, size).reduce(
    (sum, value, c) => sum + value * (fit.beta[c] ?? 0),
    0
  );
  const outcome = survivalOutcome(tools.dictionary, parameters.event, parameters.mode === 'exact');
  return {
    mode: parameters.mode,
    n: setup.patients,
    events: setup.events,
    coefficients,
    covariance: Array.from({ length: size }, (_, r) =>
      Array.from(
        { length: size },
        (_, c) => (fit.covariance[r * size + c] ?? 0) * (factor[r] ?? 1) * (factor[c] ?? 1)
      )
    ),
    logLikelihood: { null: fit.nullLogLikelihood, model: fit.logLikelihood },
    tests: {
      likelihoodRatio: test(2 * (fit.logLikelihood - fit.nullLogLikelihood)),
      wald: test(wald),
      score: test(fit.scoreTest)
    },
    iterations: fit.iterations,
    cellEndsDays: setup.ends === null ? null : setup.ends.map(end => (end + 1) * outcome.stepDays)
  };
}

function evidenceOf(
  parameters: CoxParameters,
  setup: CoxSetup,
  tools: CombineTools
): PooledEvidence {
  const leavers = setup.leavers ?? [];
  const atRisk = leavers.map((_, cell) =>
    leavers.slice(cell).reduce((sum, value) => sum + value, 0)
  );
  return {
    patients: setup.patients,
    frequencies: [],
    scalars: [],
    survival:
      setup.leavers === null
        ? []
        : [
            {
              name: 'risk sets',
              leavers: [leavers],
              atRisk: [atRisk],
              gridded: parameters.mode === 'grid'
            }
          ],
    models: [modelEvidence(setup, parameters, tools)],
    quantiles: []
  };
}
