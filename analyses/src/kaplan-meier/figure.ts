import type { Localised, ResultFigure } from '@wardbook/protocol';
import { lowerFirst } from '../text.js';
import type { KaplanMeierValues } from './kaplan-meier.js';
import { shownEndDays } from './shown-end.js';

const DAYS_PER_YEAR = 365.25;
/** Okabe–Ito colours, safe for colour-blind readers. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'];
const DASHES = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [4, 4],
  [1, 3],
  [10, 4]
];

/**
 * Kaplan–Meier figure (KMunicate): steps, interval bands, table of at risk, censored and events below,
 * aligned with the ticks. Drawn from released numbers only.
 */
export function survivalFigure(
  values: KaplanMeierValues,
  labels: readonly Localised[],
  event: Localised,
  sentences: { readonly en: readonly string[]; readonly fr: readonly string[] }
): ResultFigure {
  const spec = (language: 'en' | 'fr') =>
    vegaSpec(
      values,
      labels.map(label => label[language]),
      event[language],
      language,
      sentences[language].join(' ')
    );
  return {
    id: 'survival',
    title: {
      en: `Survival without ${lowerFirst(event.en)}`,
      fr: `Survie sans ${lowerFirst(event.fr)}`
    },
    description: { en: sentences.en.join(' '), fr: sentences.fr.join(' ') },
    spec: { en: spec('en'), fr: spec('fr') }
  };
}

function vegaSpec(
  values: KaplanMeierValues,
  names: readonly string[],
  event: string,
  language: 'en' | 'fr',
  description: string
): Record<string, unknown> {
  const french = language === 'fr';
  const years = french ? 'années depuis le début du suivi' : 'years since the start of follow-up';
  const lastYear = Math.max(1, Math.ceil(shownEndDays(values) / DAYS_PER_YEAR));
  const ticks = Array.from({ length: Math.floor(lastYear / 2) + 1 }, (_, index) => index * 2);
  const x = (title: string | null) => ({
    field: 'years',
    type: 'quantitative',
    title,
    scale: { domain: [0, lastYear] },
    axis: { values: ticks, format: 'd', grid: false }
  });
  const colour = {
    field: 'group',
    type: 'nominal',
    scale: { domain: names, range: COLOURS.slice(0, names.length) },
    legend:
      names.length > 1
        ? {
            title: null,
            orient: 'top',
            symbolType: 'stroke',
            symbolOpacity: 1,
            symbolStrokeWidth: 3
          }
        : null
  };
  const dash = {
    field: 'group',
    type: 'nominal',
    scale: { domain: names, range: DASHES.slice(0, names.length) },
    legend: null
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    description,
    vconcat: [
      {
        width: 520,
        height: 280,
        data: { values: points(values, names) },
        encoding: { x: x(years) },
        layer: [
          {
            mark: { type: 'area', opacity: 0.15, interpolate: 'step-after' },
            encoding: {
              y: { field: 'lower', type: 'quantitative' },
              y2: { field: 'upper' },
              color: colour
            }
          },
          {
            mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2 },
            encoding: {
              y: {
                field: 'survival',
                type: 'quantitative',
                scale: { domain: [0, 1] },
                title: `${french ? 'part sans' : 'share without'} ${lowerFirst(event)}`,
                axis: { format: '.0%' }
              },
              color: colour,
              strokeDash: dash
            }
          }
        ]
      },
      {
        width: 520,
        height: 22 * names.length,
        title: {
          text: french ? 'patients à risque' : 'patients at risk',
          anchor: 'start',
          fontSize: 11,
          fontWeight: 'normal'
        },
        data: { values: riskTable(values, names, ticks) },
        mark: { type: 'text', fontSize: 10 },
        encoding: {
          x: { ...x(null), axis: null },
          y: {
            field: 'group',
            type: 'nominal',
            sort: names,
            title: null,
            axis: { domain: false, ticks: false, labelLimit: 160, labelPadding: 22 }
          },
          text: { field: 'text', type: 'nominal' },
          color: { ...colour, legend: null }
        }
      }
    ],
    resolve: { legend: { color: 'independent' }, scale: { color: 'independent' } },
    config: { view: { stroke: null }, font: 'sans-serif' }
  };
}

function points(values: KaplanMeierValues, names: readonly string[]): Record<string, unknown>[] {
  const end = shownEndDays(values);
  return values.groups.flatMap(({ curve }, g) => {
    const shown = curve.timeDays.filter(days => days <= end);
    const group = names[g] ?? '';
    let band: [number, number] = [1, 1];
    return [
      { group, years: 0, survival: 1, lower: 1, upper: 1 },
      ...shown.map((days, cell) => {
        band = [curve.lower[cell] ?? band[0], curve.upper[cell] ?? band[1]];
        return {
          group,
          years: days / DAYS_PER_YEAR,
          survival: curve.survival[cell] ?? 0,
          lower: band[0],
          upper: band[1]
        };
      })
    ];
  });
}

function riskTable(
  values: KaplanMeierValues,
  names: readonly string[],
  ticks: readonly number[]
): Record<string, unknown>[] {
  return values.groups.flatMap(({ curve, n }, g) =>
    ticks.flatMap(year => {
      const past = curve.timeDays.map(days => days <= year * DAYS_PER_YEAR);
      const total = (counts: readonly number[]) =>
        counts.reduce((sum, count, cell) => sum + (past[cell] ? count : 0), 0);
      // The table ends with the curve: what is left afterwards is the last cell, whose leavers are shown there.
      const left = n - total(curve.events) - total(curve.censored);
      return left <= 0 ? [] : [{ group: names[g] ?? '', years: year, text: String(left) }];
    })
  );
}
