import { wardbookError, type ModelEvidence } from '@wardbook/protocol';
import type { StudyContext } from '../analysis.js';
import { designLevels } from './design.js';
import type { CoxParameters } from './parameters.js';
import type { CoxSetup } from './state.js';

/** What stands behind a model, for rule D16: patients per level, binary value and outcome class. */
export function modelEvidence(
  setup: CoxSetup,
  parameters: CoxParameters,
  { dictionary }: Pick<StudyContext, 'dictionary'>
): ModelEvidence {
  const levels = designLevels(dictionary, parameters.covariates).map(
    ({ variable, code }, index) => ({
      name: `${variable}=${code}`,
      patients: setup.levels[index] ?? 0
    })
  );
  return {
    parameters: setup.centre.length,
    patients: setup.patients,
    events: setup.events,
    levels: [
      ...levels,
      { name: 'event', patients: setup.events },
      { name: 'no event', patients: setup.patients - setup.events }
    ],
    exactCommonRiskSet: parameters.mode === 'exact'
  };
}

/**
 * Refuses a model that its data cannot carry before the first score is computed: a fit that does not end, or a group
 * that all had the event, would tell of people whom the gate hides. The gate judges the model again at the end.
 *
 * @throws GUARD_MODEL_SIZE; ANALYSIS_NO_EVENTS where nothing is hidden
 */
export function refuseSmallModel(
  { parameters, patients, events, levels }: ModelEvidence,
  { limits }: Pick<StudyContext, 'limits'>
): void {
  const { k, parametersPerEvent, residualDof } = limits;
  if (k === 0 && events === 0) throw wardbookError('ANALYSIS_NO_EVENTS');
  const carries =
    parameters <= parametersPerEvent * events &&
    parameters <= parametersPerEvent * patients &&
    patients - parameters >= residualDof &&
    levels.every(level => level.patients >= k);
  if (!carries) throw wardbookError('GUARD_MODEL_SIZE', { k, parametersPerEvent, residualDof });
}
