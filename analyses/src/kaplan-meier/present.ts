import type { Localised, Presentation, ResultCell } from '@wardbook/protocol';
import type { PresentContext } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { groupLevels } from '../groups.js';
import { formatNumber, formatP, formatPercent, THIN } from '../text.js';
import { survivalFigure } from './figure.js';
import type { KaplanMeierGroup, KaplanMeierValues } from './kaplan-meier.js';
import type { KaplanMeierParameters } from './parameters.js';

const DAYS_PER_YEAR = 365.25;
const SENTENCE_YEARS = 5;

/** Figure, table and sentences of survival curves. */
export function presentKaplanMeier(
  values: KaplanMeierValues,
  parameters: KaplanMeierParameters,
  context: PresentContext
): Presentation {
  const labels = values.groups.map(group => labelOf(group, parameters, context));
  const event = variableOf(context.dictionary, parameters.event).label;
  const sentences = {
    en: sentencesOf(values, labels, event, context, 'en'),
    fr: sentencesOf(values, labels, event, context, 'fr')
  };
  return {
    sentences,
    tables: [tableOf(values, labels)],
    figures: [survivalFigure(values, labels, event, sentences)],
    warnings: []
  };
}

/** Survival of a curve at a time: the last step at or before it; null after the end. */
export function survivalAt(group: KaplanMeierGroup, days: number) {
  const { curve } = group;
  let cell = -1;
  while (
    cell + 1 < curve.timeDays.length &&
    (curve.timeDays[cell + 1] ?? Number.POSITIVE_INFINITY) <= days
  )
    cell += 1;
  if (cell < 0) return { survival: 1, lower: 1, upper: 1, atRisk: group.n };
  return {
    survival: curve.survival[cell] ?? 1,
    lower: curve.lower[cell] ?? null,
    upper: curve.upper[cell] ?? null,
    atRisk: curve.atRisk[cell + 1] ?? 0
  };
}

function labelOf(
  group: KaplanMeierGroup,
  parameters: KaplanMeierParameters,
  context: PresentContext
): Localised {
  if (group.level === null || parameters.by === undefined)
    return { en: 'all patients', fr: 'toutes les patientes' };
  return (
    groupLevels(context.dictionary, parameters.by).find(({ code }) => code === group.level)
      ?.label ?? { en: group.level, fr: group.level }
  );
}

function sentencesOf(
  values: KaplanMeierValues,
  labels: readonly Localised[],
  event: Localised,
  context: PresentContext,
  language: 'en' | 'fr'
): string[] {
  const french = language === 'fr';
  const n = values.groups.reduce((sum, group) => sum + group.n, 0);
  const digits = n > 1000 ? 1 : 0;
  const parts = values.groups.map((group, index) => {
    const { survival, lower, upper } = survivalAt(group, SENTENCE_YEARS * DAYS_PER_YEAR);
    const share = formatPercent(100 * survival, language, digits);
    const bounds = lower === null || upper === null ? '' : interval(lower, upper, language, digits);
    const people = formatNumber(group.n, language);
    const label = labels[index]?.[language] ?? '';
    return french
      ? `${share}${bounds} des ${people} patientes (${label})`
      : `${share}${bounds} of the ${people} patients (${label})`;
  });
  const joined = joinList(parts, french ? 'et' : 'and');
  const happened = lowerFirst(event[language]);
  const first = french
    ? `À ${SENTENCE_YEARS} ans, on estime à ${joined} la part sans ${happened}.`
    : `At ${SENTENCE_YEARS} years an estimated ${joined} were without ${happened}.`;
  const mode = modeSentence(values, context, language);
  const test = values.logRank === null ? [] : [logRankSentence(values.logRank.p, language)];
  return [first, ...test, mode];
}

function interval(lower: number, upper: number, language: 'en' | 'fr', digits: number): string {
  const lo = formatNumber(100 * lower, language, digits);
  const hi = formatPercent(100 * upper, language, digits);
  return language === 'fr'
    ? ` (IC à 95${THIN}%${THIN}: ${lo} à ${hi})`
    : ` (95% CI ${lo} to ${hi})`;
}

function logRankSentence(p: number, language: 'en' | 'fr'): string {
  const rare = p < 0.05;
  const text = formatP(p, language);
  return language === 'fr'
    ? `Un tel écart serait ${rare ? 'rare' : 'fréquent'} si les groupes évoluaient de la même façon (p ${text})${THIN}; cela ne dit pas son ampleur.`
    : `A difference this large would be ${rare ? 'rare' : 'common'} if the groups had the same course (p ${text}); it does not say how large it is.`;
}

function modeSentence(
  values: KaplanMeierValues,
  context: PresentContext,
  language: 'en' | 'fr'
): string {
  const cells = values.groups[0]?.curve.timeDays.length ?? 0;
  const answered = context.hospitals.length;
  const { k } = context.limits;
  if (language === 'fr')
    return values.mode === 'grid'
      ? `${answered} hôpitaux sur ${context.asked} ont répondu. Les durées sont groupées en ${cells} intervalles d’au moins ${k} personnes.`
      : `${answered} hôpitaux sur ${context.asked} ont répondu, sur les durées exactes.`;
  return values.mode === 'grid'
    ? `${answered} of ${context.asked} hospitals answered. Times are grouped in ${cells} intervals of at least ${k} people.`
    : `${answered} of ${context.asked} hospitals answered, on exact times.`;
}

function tableOf(
  values: KaplanMeierValues,
  labels: readonly Localised[]
): Presentation['tables'][number] {
  const years = (days: number | null): ResultCell =>
    days === null
      ? { kind: 'text', text: { en: 'not reached', fr: 'non atteinte' } }
      : { kind: 'number', value: days / DAYS_PER_YEAR, digits: 1, style: 'decimal' };
  return {
    id: 'groups',
    title: { en: 'Groups', fr: 'Groupes' },
    columns: [
      { en: 'patients', fr: 'patientes' },
      { en: 'events', fr: 'évènements' },
      { en: 'at 5 years, %', fr: 'à 5 ans, %' },
      { en: 'median, years', fr: 'médiane, années' },
      { en: 'mean over the first years, years', fr: 'moyenne des premières années, années' }
    ],
    rows: values.groups.map((group, index) => {
      const five = survivalAt(group, SENTENCE_YEARS * DAYS_PER_YEAR);
      const survival: ResultCell = {
        kind: 'number',
        value: 100 * five.survival,
        digits: 1,
        style: 'percent',
        ...(five.lower !== null &&
          five.upper !== null && {
            interval: [100 * five.lower, 100 * five.upper] as [number, number]
          })
      };
      return {
        label: labels[index] ?? { en: '', fr: '' },
        level: 0 as const,
        cells: [
          { kind: 'number', value: group.n, digits: 0, style: 'decimal' } as const,
          { kind: 'number', value: group.events, digits: 0, style: 'decimal' } as const,
          survival,
          years(group.medianDays),
          years(group.restrictedMean.valueDays)
        ]
      };
    }),
    notes:
      values.logRank === null
        ? []
        : [
            {
              en: `Log-rank test: χ² ${formatNumber(values.logRank.chiSquared, 'en', 2)} on ${values.logRank.degrees} df, p ${formatP(values.logRank.p, 'en')}. 95% intervals: ${values.interval}.`,
              fr: `Test du log-rank${THIN}: χ² ${formatNumber(values.logRank.chiSquared, 'fr', 2)}, ${values.logRank.degrees} ddl, p ${formatP(values.logRank.p, 'fr')}. Intervalles à 95${THIN}%${THIN}: ${values.interval}.`
            }
          ]
  };
}

function joinList(parts: readonly string[], word: string): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1) ?? ''}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
