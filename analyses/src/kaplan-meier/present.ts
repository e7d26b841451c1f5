import type { Localised, Presentation, ResultCell } from '@wardbook/protocol';
import type { PresentContext } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { groupLevels } from '../groups.js';
import { leftOutSentence } from '../left-out.js';
import { formatNumber, formatP, formatPercent, lowerFirst, THIN } from '../text.js';
import { survivalFigure } from './figure.js';
import type { KaplanMeierGroup, KaplanMeierValues } from './kaplan-meier.js';
import { DEFAULT_HORIZON_DAYS, type KaplanMeierParameters } from './parameters.js';
import { shownEndDays } from './shown-end.js';

const DAYS_PER_YEAR = 365.25;
/** Survival is told at this time, or at the last whole year that the curve reaches. */
const SENTENCE_YEARS = 5;
const NOT_REACHED: Localised = { en: 'not reached', fr: 'non atteint' };

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

/** Survival of a curve at a time: the last step at or before it; null after the end of the last cell. */
export function survivalAt(group: KaplanMeierGroup, days: number): SurvivalAt | null {
  const { curve } = group;
  if (days > (curve.timeDays.at(-1) ?? 0)) return null;
  const cell = curve.timeDays.findLastIndex(end => end <= days);
  if (cell < 0) return { survival: 1, lower: 1, upper: 1, atRisk: group.n };
  return {
    survival: curve.survival[cell] ?? 1,
    lower: curve.lower[cell] ?? null,
    upper: curve.upper[cell] ?? null,
    atRisk: curve.atRisk[cell + 1] ?? 0
  };
}

/** A curve at one time. Bounds are null where there are none (survival 0 or 1 under log-log). */
export interface SurvivalAt {
  readonly survival: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly atRisk: number;
}

// Curves of all groups share their cells, so they end together.
function endDays({ groups }: KaplanMeierValues): number {
  return groups[0]?.curve.timeDays.at(-1) ?? 0;
}

function toldYears(values: KaplanMeierValues): number {
  const whole = Math.floor(endDays(values) / DAYS_PER_YEAR);
  return whole === 0 ? SENTENCE_YEARS : Math.min(SENTENCE_YEARS, whole);
}

function labelOf(
  group: KaplanMeierGroup,
  parameters: KaplanMeierParameters,
  context: PresentContext
): Localised {
  if (group.level === null || parameters.by === undefined)
    return { en: 'all patients', fr: 'tous les patients' };
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
  const mode = modeSentence(values, context, language);
  const test = values.logRank === null ? [] : [logRankSentence(values.logRank.p, language)];
  return [survivalSentence(values, labels, event, language), ...test, mode];
}

function survivalSentence(
  values: KaplanMeierValues,
  labels: readonly Localised[],
  event: Localised,
  language: 'en' | 'fr'
): string {
  const french = language === 'fr';
  const years = toldYears(values);
  const n = values.groups.reduce((sum, group) => sum + group.n, 0);
  const digits = n > 1000 ? 1 : 0;
  const parts = values.groups.flatMap((group, index) => {
    const at = survivalAt(group, years * DAYS_PER_YEAR);
    if (at === null) return [];
    const { survival, lower, upper } = at;
    const share = formatPercent(100 * survival, language, digits);
    const bounds = lower === null || upper === null ? '' : interval(lower, upper, language, digits);
    const people = formatNumber(group.n, language);
    const label = labels[index]?.[language] ?? '';
    return french
      ? `${share}${bounds} parmi les ${people} patients (${label})`
      : `${share}${bounds} of the ${people} patients (${label})`;
  });
  if (parts.length === 0)
    return french ? 'Le suivi s’arrête avant un an.' : 'Follow-up ends before one year.';
  const joined = joinList(parts, french ? 'et' : 'and');
  const happened = lowerFirst(event[language]);
  if (french)
    return `À ${yearsText(years, 'fr')}, la part estimée sans ${happened} est de ${joined}.`;
  return `At ${yearsText(years, 'en')} an estimated ${joined} were without ${happened}.`;
}

function yearsText(years: number, language: 'en' | 'fr'): string {
  const count = formatNumber(years, language, Number.isInteger(years) ? 0 : 1);
  if (language === 'fr') return `${count} ${years < 2 ? 'an' : 'ans'}`;
  return `${count} ${years === 1 ? 'year' : 'years'}`;
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
  const without = leftOutSentence(values.leftOut, k, language);
  if (language === 'fr')
    return values.mode === 'grid'
      ? `${answered} hôpitaux sur ${context.asked} ont répondu. Les durées sont groupées en ${cells} intervalles d’au moins ${k} personnes.${without}`
      : `${answered} hôpitaux sur ${context.asked} ont répondu, sur les durées exactes.${without}`;
  return values.mode === 'grid'
    ? `${answered} of ${context.asked} hospitals answered. Times are grouped in ${cells} intervals of at least ${k} people.${without}`
    : `${answered} of ${context.asked} hospitals answered, on exact times.${without}`;
}

function tableOf(
  values: KaplanMeierValues,
  labels: readonly Localised[]
): Presentation['tables'][number] {
  const years = (days: number | null): ResultCell =>
    days === null
      ? { kind: 'text', text: NOT_REACHED }
      : { kind: 'number', value: days / DAYS_PER_YEAR, digits: 1, style: 'decimal' };
  const whole = (value: number): ResultCell => ({
    kind: 'number',
    value,
    digits: 0,
    style: 'decimal'
  });
  const told = toldYears(values);
  const end = endDays(values);
  const shown = shownEndDays(values);
  return {
    id: 'groups',
    title: { en: 'Groups', fr: 'Groupes' },
    columns: columnsOf(values, told),
    rows: values.groups.map((group, index) => ({
      label: labels[index] ?? { en: '', fr: '' },
      level: 0 as const,
      cells: [
        whole(group.n),
        whole(group.events),
        survivalCell(survivalAt(group, told * DAYS_PER_YEAR)),
        group.medianDays !== null && group.medianDays > shown
          ? { kind: 'text', text: overText(shown) }
          : years(group.medianDays),
        years(group.restrictedMean.horizonDays > end ? null : group.restrictedMean.valueDays)
      ]
    })),
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

function overText(days: number): Localised {
  const years = days / DAYS_PER_YEAR;
  return {
    en: `over ${formatNumber(years, 'en', 1)}`,
    fr: `plus de ${formatNumber(years, 'fr', 1)}`
  };
}

function columnsOf({ groups }: KaplanMeierValues, told: number): Localised[] {
  const horizon = (groups[0]?.restrictedMean.horizonDays ?? DEFAULT_HORIZON_DAYS) / DAYS_PER_YEAR;
  return [
    { en: 'patients', fr: 'patients' },
    { en: 'events', fr: 'évènements' },
    { en: `at ${yearsText(told, 'en')} (%)`, fr: `à ${yearsText(told, 'fr')} (%)` },
    { en: 'median, years', fr: 'médiane, en années' },
    {
      en: `mean within ${yearsText(horizon, 'en')}, years`,
      fr: `moyenne sur ${yearsText(horizon, 'fr')}, en années`
    }
  ];
}

function survivalCell(at: SurvivalAt | null): ResultCell {
  if (at === null) return { kind: 'text', text: NOT_REACHED };
  const { survival, lower, upper } = at;
  const value = 100 * survival;
  const cell = { kind: 'number', value, digits: 1, style: 'percent' } as const;
  return lower === null || upper === null
    ? cell
    : { ...cell, interval: [100 * lower, 100 * upper] };
}

function joinList(parts: readonly string[], word: string): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1) ?? ''}`;
}
