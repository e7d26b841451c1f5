import { wardbookError } from '@wardbook/protocol';
import { invertSymmetric, multiply } from '../linear.js';
import type { CoxSums } from './sums.js';

/** Where a fit stands; plain JSON data, coefficients on the standardised scale. */
export interface FitState {
  /** Where the next sums are taken. */
  readonly beta: readonly number[];
  /** Best point so far and its log-likelihood; null before the first sums. */
  readonly best: { readonly beta: readonly number[]; readonly logLikelihood: number } | null;
  readonly nullLogLikelihood: number | null;
  readonly scoreTest: number | null;
  readonly iteration: number;
  readonly halvings: number;
}

/** A converged fit on the standardised scale. */
export interface Fit {
  readonly beta: readonly number[];
  /** Row-major size × size; zeros for aliased columns. */
  readonly covariance: Float64Array;
  readonly information: Float64Array;
  readonly aliased: readonly boolean[];
  readonly logLikelihood: number;
  readonly nullLogLikelihood: number;
  readonly scoreTest: number;
  readonly iterations: number;
}

const STEP_TOLERANCE = 1e-10;
const MAX_ITERATIONS = 30;
const MAX_HALVINGS = 20;
/** Per standard deviation: e^10 times the hazard is no effect but a perfect prediction. */
const RUNAWAY = 10;

/** The state before the first sums. */
export function startFit(size: number): FitState {
  return {
    beta: new Array<number>(size).fill(0),
    best: null,
    nullLogLikelihood: null,
    scoreTest: null,
    iteration: 0,
    halvings: 0
  };
}

/**
 * One Newton step with halving: sums at `state.beta` → next point or the fit.
 *
 * @throws ANALYSIS_SEPARATION when a coefficient runs off, ANALYSIS_DID_NOT_CONVERGE
 */
export function newtonStep(state: FitState, sums: CoxSums): { next: FitState } | { fit: Fit } {
  const size = state.beta.length;
  const { best } = state;
  const worse =
    best !== null &&
    !(sums.logLikelihood >= best.logLikelihood - 1e-9 * (Math.abs(best.logLikelihood) + 1));
  if (worse) {
    if (state.halvings >= MAX_HALVINGS) throw wardbookError('ANALYSIS_DID_NOT_CONVERGE');
    const beta = state.beta.map((value, c) => (value + (best.beta[c] ?? 0)) / 2);
    return { next: { ...state, beta, halvings: state.halvings + 1 } };
  }
  const information = unpack(sums.information, size);
  const { inverse, aliased } = invertSymmetric(information, size);
  const step = multiply(inverse, sums.score, size);
  const scoreTest =
    state.scoreTest ?? step.reduce((sum, value, c) => sum + value * (sums.score[c] ?? 0), 0);
  const nullLogLikelihood = state.nullLogLikelihood ?? sums.logLikelihood;
  const beta = state.beta.map((value, c) => value + (step[c] ?? 0));
  if (beta.some(value => !Number.isFinite(value) || Math.abs(value) > RUNAWAY))
    throw wardbookError('ANALYSIS_SEPARATION');
  const iteration = state.iteration + 1;
  if (step.every(value => Math.abs(value) < STEP_TOLERANCE))
    return {
      fit: {
        beta,
        covariance: inverse,
        information,
        aliased,
        logLikelihood: sums.logLikelihood,
        nullLogLikelihood,
        scoreTest,
        iterations: iteration
      }
    };
  if (iteration >= MAX_ITERATIONS) throw wardbookError('ANALYSIS_DID_NOT_CONVERGE');
  return {
    next: {
      beta,
      best: { beta: state.beta, logLikelihood: sums.logLikelihood },
      nullLogLikelihood,
      scoreTest,
      iteration,
      halvings: 0
    }
  };
}

function unpack(packedMatrix: Float64Array, size: number): Float64Array {
  const full = new Float64Array(size * size);
  let at = 0;
  for (let r = 0; r < size; r += 1)
    for (let c = 0; c <= r; c += 1) {
      const value = packedMatrix[at] ?? 0;
      full[r * size + c] = value;
      full[c * size + r] = value;
      at += 1;
    }
  return full;
}
