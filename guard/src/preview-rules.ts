import type { Plan, PooledLimits, PreviewRule } from '@wardbook/protocol';

/** The rules that will judge a plan, in plain words with their public limits. */
export function previewRules(plan: Plan, limits: PooledLimits): PreviewRule[] {
  const { k } = limits;
  const always: PreviewRule[] = [
    {
      id: 'D1',
      text: {
        en: `At least ${k} people stand behind every number.`,
        fr: `Chaque nombre repose sur au moins ${k} personnes.`
      }
    },
    {
      id: 'D2',
      text: {
        en: `A group with fewer than ${k} people is hidden, possibly none.`,
        fr: `Un groupe de moins de ${k} personnes est masqué, qu’il soit vide ou non.`
      }
    },
    plan.scope === 'pooled'
      ? {
          id: 'D20',
          text: {
            en: 'Only sums over at least three hospitals leave; no hospital’s own numbers can be read.',
            fr: 'Seules des sommes sur au moins trois hôpitaux sortent\u202f; les nombres d’un hôpital ne sont pas lisibles.'
          }
        }
      : {
          id: 'DP1',
          text: {
            en: 'This hospital’s policy must allow results of its own; counts are rounded down.',
            fr: 'La politique de cet hôpital doit autoriser ses propres résultats\u202f; les effectifs sont arrondis vers le bas.'
          }
        }
  ];
  return [...always, ...ofAnalysis(plan.analysis, limits)];
}

function ofAnalysis(analysis: string, { k, parametersPerEvent }: PooledLimits): PreviewRule[] {
  const share = Math.round(parametersPerEvent * 100);
  const grid: PreviewRule = {
    id: 'D15',
    text: {
      en: `Times are grouped so that at least ${k} people leave in each interval.`,
      fr: `Les durées sont groupées\u202f: au moins ${k} personnes sortent dans chaque intervalle.`
    }
  };
  const model: PreviewRule = {
    id: 'D16',
    text: {
      en: `A model has at most ${share} parameters per 100 events, and ${k} people in every level.`,
      fr: `Un modèle a au plus ${share} paramètres pour 100 évènements, et ${k} personnes par modalité.`
    }
  };
  const quantiles: PreviewRule = {
    id: 'D11',
    text: {
      en: 'Medians come from public bins; smallest and largest values are never computed.',
      fr: 'Les médianes viennent de classes publiques\u202f; les valeurs extrêmes ne sont jamais calculées.'
    }
  };
  if (analysis === 'kaplan-meier') return [grid];
  if (analysis === 'cox-regression') return [grid, model];
  return analysis === 'describe' ? [quantiles] : [];
}
