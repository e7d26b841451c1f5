import type { Dictionary, Localised, Presentation, ResultCell } from '@wardbook/protocol';
import type { PresentContext } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { leftOutSentence } from '../left-out.js';
import { formatNumber, formatP, formatPercent, THIN } from '../text.js';
import { forestFigure } from './figure.js';
import type { CoxParameters } from './parameters.js';
import type { CoxCoefficient, CoxValues } from './values.js';

/** A hazard ratio on the scale that people read: per 10 years, not per year. */
export interface ReadableRatio {
  readonly label: Localised;
  readonly ratio: number;
  readonly lower: number;
  readonly upper: number;
  readonly p: number;
}

const FRENCH_MODES = { grid: 'grille', stratified: 'stratifié', exact: 'exact' } as const;

/** Figure, table and sentences of a Cox model. */
export function presentCox(
  values: CoxValues,
  parameters: CoxParameters,
  context: PresentContext
): Presentation {
  const readable = values.coefficients.map(coefficient =>
    readableRatio(coefficient, context.dictionary)
  );
  const event = variableOf(context.dictionary, parameters.event).label;
  const sentences = {
    en: sentencesOf(values, readable, event, context, 'en'),
    fr: sentencesOf(values, readable, event, context, 'fr')
  };
  return {
    sentences,
    tables: [tableOf(values, readable, context.dictionary)],
    figures: [
      forestFigure(
        readable.filter(ratio => ratio !== null),
        sentences
      )
    ],
    warnings: []
  };
}

function readableRatio(coefficient: CoxCoefficient, dictionary: Dictionary): ReadableRatio | null {
  const { estimate } = coefficient;
  if (estimate === null) return null;
  const { factor, label } = readableUnit(coefficient, dictionary);
  return {
    label,
    ratio: estimate.hazardRatio ** factor,
    lower: estimate.lower ** factor,
    upper: estimate.upper ** factor,
    p: estimate.p
  };
}

function readableUnit(
  { variable: name, level }: CoxCoefficient,
  dictionary: Dictionary
): { factor: number; label: Localised } {
  const variable = variableOf(dictionary, name);
  if (variable.type === 'category') {
    const own = variable.levels.find(({ code }) => code === level)?.label ?? {
      en: level ?? '',
      fr: level ?? ''
    };
    const first = variable.levels[0]?.label ?? own;
    return {
      factor: 1,
      label: {
        en: `${variable.label.en}: ${own.en} (against ${first.en})`,
        fr: `${variable.label.fr}${THIN}: ${own.fr} (contre ${first.fr})`
      }
    };
  }
  if (variable.type !== 'number') return { factor: 1, label: variable.label };
  const span = variable.range.max - variable.range.min;
  const factor = variable.unit === 'a' ? 10 : span >= 1000 ? 100 : 1;
  const unit =
    variable.unit === 'a'
      ? { en: 'years', fr: 'ans' }
      : { en: variable.unit.replace(/[{}]/g, ''), fr: variable.unit.replace(/[{}]/g, '') };
  if (factor === 1)
    return {
      factor,
      label: {
        en: `${variable.label.en}, per one more`,
        fr: `${variable.label.fr}, pour un de plus`
      }
    };
  return {
    factor,
    label: {
      en: `${variable.label.en}, per ${factor} ${unit.en}`,
      fr: `${variable.label.fr}, par ${factor} ${unit.fr}`
    }
  };
}

function sentencesOf(
  values: CoxValues,
  readable: readonly (ReadableRatio | null)[],
  event: Localised,
  context: PresentContext,
  language: 'en' | 'fr'
): string[] {
  const french = language === 'fr';
  const shown = readable.filter(ratio => ratio !== null);
  const clear = shown
    .filter(({ lower, upper }) => lower > 1 || upper < 1)
    .sort((a, b) => a.p - b.p);
  const open = shown.filter(({ lower, upper }) => lower <= 1 && upper >= 1);
  const happened = event[language].charAt(0).toLowerCase() + event[language].slice(1);
  const first = clear.length === 0 ? [] : [clearSentence(clear, happened, language)];
  const second =
    open.length === 0
      ? []
      : [
          french
            ? `Les données sont compatibles avec l’absence de différence pour${THIN}: ${open.map(({ label }) => label.fr).join(`${THIN}; `)}.`
            : `The data are compatible with no difference for: ${open.map(({ label }) => label.en).join('; ')}.`
        ];
  return [...first, ...second, modeSentence(values, context, language)];
}

// Every factor whose interval leaves out 1, the clearest first.
function clearSentence(
  ratios: readonly ReadableRatio[],
  happened: string,
  language: 'en' | 'fr'
): string {
  const french = language === 'fr';
  const number = (value: number) => formatNumber(value, language, 2);
  const parts = ratios.map(({ label, ratio, lower, upper }) => {
    const percent = formatPercent(100 * Math.abs(ratio - 1), language);
    return french
      ? `${label.fr}, ${percent} ${ratio >= 1 ? 'de plus' : 'de moins'} (HR ${number(ratio)}, IC à 95${THIN}%${THIN}: ${number(lower)} à ${number(upper)})`
      : `${label.en}, ${percent} ${ratio >= 1 ? 'higher' : 'lower'} (HR ${number(ratio)}, 95% CI ${number(lower)} to ${number(upper)})`;
  });
  return french
    ? `À autres variables égales, le risque instantané (${happened}) diffère pour${THIN}: ${parts.join(`${THIN}; `)}. Ce sont des associations, pas des causes.`
    : `With the other listed variables equal, the rate of ${happened} differs for: ${parts.join('; ')}. These are associations, not causes.`;
}

function modeSentence(values: CoxValues, context: PresentContext, language: 'en' | 'fr'): string {
  const answered = context.hospitals.length;
  const people = formatNumber(values.n, language);
  const events = formatNumber(values.events, language);
  const cells = values.cellEndsDays?.length ?? 0;
  const without = leftOutSentence(values.leftOut, context.limits.k, language);
  const how = {
    grid: {
      en: `times grouped in ${cells} intervals of at least ${context.limits.k} people`,
      fr: `durées groupées en ${cells} intervalles d’au moins ${context.limits.k} personnes`
    },
    stratified: {
      en: 'patients compared within their own hospital, exact times',
      fr: 'patients comparés au sein de leur hôpital, durées exactes'
    },
    exact: {
      en: 'one common risk set, exact times',
      fr: 'un ensemble à risque commun, durées exactes'
    }
  }[values.mode];
  return language === 'fr'
    ? `${people} patients, ${events} évènements, ${answered} hôpitaux sur ${context.asked}${THIN}; ${how.fr}.${without}`
    : `${people} patients, ${events} events, ${answered} of ${context.asked} hospitals; ${how.en}.${without}`;
}

function tableOf(
  values: CoxValues,
  readable: readonly (ReadableRatio | null)[],
  dictionary: Dictionary
): Presentation['tables'][number] {
  const { likelihoodRatio } = values.tests;
  return {
    id: 'hazard-ratios',
    title: { en: 'Hazard ratios', fr: 'Rapports de risque instantané' },
    columns: [
      { en: 'HR (95% CI)', fr: `HR (IC à 95${THIN}%)` },
      { en: 'p', fr: 'p' }
    ],
    rows: values.coefficients.map((coefficient, index) => {
      const ratio = readable[index];
      const cells: ResultCell[] = ratio
        ? [
            {
              kind: 'number',
              value: ratio.ratio,
              digits: 2,
              style: 'decimal',
              interval: [ratio.lower, ratio.upper]
            },
            { kind: 'number', value: ratio.p, digits: 3, style: 'p-value' }
          ]
        : [
            {
              kind: 'text',
              text: {
                en: 'determined by the columns above',
                fr: 'déterminé par les colonnes précédentes'
              }
            },
            { kind: 'none' }
          ];
      return { label: readableUnit(coefficient, dictionary).label, level: 0 as const, cells };
    }),
    notes: [
      {
        en: `Likelihood-ratio test: χ² ${formatNumber(likelihoodRatio.statistic, 'en', 1)} on ${likelihoodRatio.degrees} df, p ${formatP(likelihoodRatio.p, 'en')}. Ties: Efron. Mode: ${values.mode}.`,
        fr: `Test du rapport de vraisemblance${THIN}: χ² ${formatNumber(likelihoodRatio.statistic, 'fr', 1)}, ${likelihoodRatio.degrees} ddl, p ${formatP(likelihoodRatio.p, 'fr')}. Ex æquo${THIN}: Efron. Mode${THIN}: ${FRENCH_MODES[values.mode]}.`
      }
    ]
  };
}
