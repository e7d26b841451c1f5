import type { EgressBlock } from '@wardbook/protocol';
import type { StudyContext } from '../analysis.js';
import { survivalOutcome } from '../survival.js';
import { designColumns, designLevels } from './design.js';
import type { CoxParameters } from './parameters.js';
import type { CoxState } from './state.js';
import { packed } from './sums.js';

const COUNT_BOUND = 2 ** 40;
/** With 32 fraction bits the ring holds sums up to 2^30: a thousand million people on the 0–1 scale. */
const SUM_BOUND = 2 ** 30;
const FRACTION_BITS = 32;

/** What leaves in the round that `state` leads to. */
export function coxEgress(
  parameters: CoxParameters,
  state: CoxState,
  { dictionary }: Pick<StudyContext, 'dictionary'>
): EgressBlock[] {
  const size = designColumns(dictionary, parameters.covariates).length;
  const counts = (name: string, en: string, fr: string, length: number): EgressBlock => ({
    name,
    label: { en, fr },
    shape: [length],
    unit: 'patients',
    class: 'frequency',
    bound: COUNT_BOUND,
    fractionBits: 0
  });
  const sums = (
    name: string,
    en: string,
    fr: string,
    shape: number[],
    kind: EgressBlock['class']
  ): EgressBlock => ({
    name,
    label: { en, fr },
    shape,
    unit: '1',
    class: kind,
    bound: SUM_BOUND,
    fractionBits: FRACTION_BITS
  });
  if (state.stage === 'setup') {
    const { steps } = survivalOutcome(dictionary, parameters.event, parameters.mode === 'exact');
    const levels = designLevels(dictionary, parameters.covariates).length;
    return [
      counts('cohort', 'patients of the cohort', 'patients de la cohorte', 1),
      counts('patients', 'patients and events', 'patients et évènements', 2),
      counts('levels', 'patients per level', 'patients par modalité', levels),
      sums('sums', 'sum of each covariate', 'somme de chaque covariable', [size], 'sum'),
      sums(
        'squares',
        'sum of squares of each covariate',
        'somme des carrés de chaque covariable',
        [size],
        'sum'
      ),
      ...(parameters.mode === 'stratified'
        ? []
        : [
            {
              ...counts(
                'leavers',
                'people leaving per time step',
                'sorties par pas de temps',
                steps
              ),
              class: 'survival-cells' as const
            }
          ])
    ];
  }
  const score = sums('score', 'score (gradient)', 'score (gradient)', [size], 'score');
  if (state.setup.ends === null)
    return [
      sums('logLikelihood', 'log-likelihood', 'log-vraisemblance', [1], 'log-likelihood'),
      score,
      sums(
        'information',
        'information matrix',
        'matrice d’information',
        [packed(size)],
        'information'
      )
    ];
  const cells = state.setup.ends.length;
  const width = 1 + size + packed(size);
  return [
    sums('eventSums', 'sums over the events', 'sommes sur les évènements', [1 + size], 'score'),
    {
      ...counts('events', 'events per time cell', 'évènements par intervalle', cells),
      class: 'survival-cells'
    },
    sums(
      'leaving',
      'risk sums of those who leave, per time cell',
      'sommes de risque des sorties, par intervalle',
      [cells, width],
      'risk-set-increments'
    ),
    sums(
      'tied',
      'risk sums of the events, per time cell',
      'sommes de risque des évènements, par intervalle',
      [cells, width],
      'risk-set-increments'
    )
  ];
}
