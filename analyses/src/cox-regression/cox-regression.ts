import { wardbookError } from '@wardbook/protocol';
import type { Analysis } from '../analysis.js';
import { survivalOutcome } from '../survival.js';
import { coxCombine } from './combine.js';
import { designColumns, designLevels } from './design.js';
import { coxEgress } from './egress.js';
import { coxLocal } from './local.js';
import { CoxParameters } from './parameters.js';
import { presentCox } from './present.js';
import type { CoxState } from './state.js';
import { packed } from './sums.js';
import type { CoxValues } from './values.js';

/** Cox proportional-hazards model with Efron ties. Set-up round, then one round an iteration. */
export const coxRegression: Analysis<CoxParameters, CoxState, CoxValues> = {
  id: 'cox-regression',
  version: 1,
  title: { en: 'Cox regression', fr: 'Régression de Cox' },
  parameters: CoxParameters,
  mode: ({ mode }) => mode,
  variables: ({ event, covariates }) => [event, ...covariates],
  check: (parameters, { dictionary, limits }) => {
    survivalOutcome(dictionary, parameters.event, false);
    designColumns(dictionary, parameters.covariates);
    if (parameters.mode === 'exact' && !limits.exactTimes) throw wardbookError('GUARD_EXACT_TIMES');
  },
  start: () => ({ stage: 'setup' }),
  egress: coxEgress,
  local: coxLocal,
  combine: coxCombine,
  present: presentCox,
  preview: (parameters, { dictionary }) => {
    const size = designColumns(dictionary, parameters.covariates).length;
    const { steps } = survivalOutcome(dictionary, parameters.event, parameters.mode === 'exact');
    const width = 1 + size + packed(size);
    const iteration =
      parameters.mode === 'stratified'
        ? { shape: [width], atMost: width }
        : { shape: null, atMost: 2 * width * steps };
    return {
      items: [
        ...coxEgress(parameters, { stage: 'setup' }, { dictionary }).map(block => ({
          label: block.label,
          shape: block.shape,
          atMost: block.shape.reduce((product, extent) => product * extent, 1),
          unit: block.unit,
          summed: true,
          times: 'once' as const
        })),
        {
          label: {
            en: 'score, information and log-likelihood sums',
            fr: 'sommes du score, de l’information et de la log-vraisemblance'
          },
          ...iteration,
          unit: '1',
          summed: true,
          times: 'each-iteration' as const
        }
      ],
      released: [
        {
          en: `hazard ratios of ${size} columns with 95 % intervals`,
          fr: `rapports de risque instantané de ${size} colonnes, avec intervalles à 95\u202f%`
        },
        {
          en: `covariance, log-likelihood, three tests (${designLevels(dictionary, parameters.covariates).length} levels checked)`,
          fr: `covariance, log-vraisemblance, trois tests (${designLevels(dictionary, parameters.covariates).length} modalités vérifiées)`
        }
      ]
    };
  }
};
