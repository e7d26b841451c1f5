import type { Localised, Presentation, ResultCell } from '@wardbook/protocol';
import type { PresentContext } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { groupLevels } from '../groups.js';
import { formatNumber } from '../text.js';
import type {
  DescribeParameters,
  DescribeRow,
  DescribeValues,
  NumberSummary
} from './parameters.js';

const NONE: ResultCell = { kind: 'none' };
const HIDDEN: ResultCell = { kind: 'hidden' };
const LARGE = 0.1;

type Row = Presentation['tables'][number]['rows'][number];

/** Table 1 and its sentence. */
export function presentDescribe(
  values: DescribeValues,
  _parameters: DescribeParameters,
  context: PresentContext
): Presentation {
  const { by, columns, patients, rows } = values;
  const levels = by === null ? [] : groupLevels(context.dictionary, by);
  const heading = (code: string | null, n: number | null | undefined): Localised => {
    const label = levels.find(level => level.code === code)?.label ?? ALL;
    const count = (language: 'en' | 'fr') =>
      n === null || n === undefined ? '' : ` (n\u00a0=\u00a0${formatNumber(n, language)})`;
    return { en: label.en + count('en'), fr: label.fr + count('fr') };
  };
  return {
    sentences: sentencesOf(values, context),
    tables: [
      {
        id: 'table-1',
        title: { en: 'Table 1', fr: 'Tableau 1' },
        columns: [
          ...columns.map((code, at) => heading(code, patients[at])),
          ...(by === null ? [] : [{ en: 'standardised difference', fr: 'différence standardisée' }])
        ],
        rows: rows.flatMap(row => rowsOf(row, by !== null, patients, context)),
        notes: NOTES
      }
    ],
    figures: [],
    warnings: []
  };
}

const ALL: Localised = { en: 'all patients', fr: 'ensemble' };

const NOTES: Localised[] = [
  {
    en: 'Mean (standard deviation) and median (quartiles) of numbers; patients and share of the column for levels. Medians and quartiles are interpolated in public bins.',
    fr: 'Moyenne (écart-type) et médiane (quartiles) des nombres\u202f; patients et part de la colonne pour les niveaux. Médianes et quartiles sont interpolés dans des classes publiques.'
  },
  {
    en: 'Hidden: fewer people than the hospitals allow, possibly none, or needed to protect another number.',
    fr: 'Masqué\u202f: moins de personnes que les hôpitaux ne l’autorisent, peut-être aucune, ou nécessaire pour en protéger un autre.'
  }
];

function sentencesOf(
  { by, patients, rows }: DescribeValues,
  { dictionary, hospitals, asked }: PresentContext
): Presentation['sentences'] {
  const [n] = patients;
  const first = {
    en: `The table describes ${formatNumber(n ?? 0, 'en')} patients at ${hospitals.length} of ${asked} hospitals.`,
    fr: `Le tableau décrit ${formatNumber(n ?? 0, 'fr')} patients dans ${hospitals.length} hôpitaux sur ${asked}.`
  };
  if (by === null) return { en: [first.en], fr: [first.fr] };
  const apart = rows
    .filter(({ difference }) => (difference ?? 0) > LARGE)
    .map(({ variable }) => variableOf(dictionary, variable).label);
  const limit = (language: 'en' | 'fr') => formatNumber(LARGE, language, 1);
  const second =
    apart.length === 0
      ? {
          en: `No variable differs between the groups by more than ${limit('en')} standard deviations.`,
          fr: `Aucune variable ne diffère entre les groupes de plus de ${limit('fr')} écart-type.`
        }
      : {
          en: `The groups differ by more than ${limit('en')} standard deviations in: ${apart.map(({ en }) => en).join('; ')}.`,
          fr: `Les groupes diffèrent de plus de ${limit('fr')} écart-type pour\u202f: ${apart.map(({ fr }) => fr).join('\u202f; ')}.`
        };
  return { en: [first.en, second.en], fr: [first.fr, second.fr] };
}

function rowsOf(
  row: DescribeRow,
  grouped: boolean,
  patients: readonly (number | null)[],
  { dictionary }: PresentContext
): Row[] {
  const variable = variableOf(dictionary, row.variable);
  const difference = grouped ? [number(row.difference, 2)] : [];
  const spacer = grouped ? [NONE] : [];
  const line = (label: Localised, cells: readonly ResultCell[]): Row => ({
    label,
    level: 1,
    cells: [...cells, ...spacer]
  });
  if (row.kind === 'levels') {
    const levels = groupLevels(dictionary, row.variable);
    return [
      { label: variable.label, level: 0, cells: [...row.counts.map(() => NONE), ...difference] },
      ...row.levels.map((code, level) =>
        line(
          levels.find(known => known.code === code)?.label ?? MISSING,
          row.counts.map((counts, at) => share(counts[level] ?? null, patients[at] ?? null))
        )
      )
    ];
  }
  const unit = variable.type === 'number' ? unitOf(variable.unit) : { en: '', fr: '' };
  const label = { en: `${variable.label.en}${unit.en}`, fr: `${variable.label.fr}${unit.fr}` };
  const complete = row.columns[0]?.missing === 0;
  return [
    { label, level: 0, cells: [...row.columns.map(() => NONE), ...difference] },
    line({ en: 'mean (SD)', fr: 'moyenne (écart-type)' }, row.columns.map(meanCell)),
    line({ en: 'median (quartiles)', fr: 'médiane (quartiles)' }, row.columns.map(medianCell)),
    ...(complete
      ? []
      : [
          line(
            MISSING,
            row.columns.map(({ missing }) => number(missing, 0))
          )
        ])
  ];
}

const MISSING: Localised = { en: 'missing', fr: 'manquant' };

function unitOf(unit: string): Localised {
  if (unit === 'a') return { en: ' (years)', fr: ' (années)' };
  if (unit === '' || unit === '1' || unit.startsWith('{')) return { en: '', fr: '' };
  return { en: ` (${unit})`, fr: ` (${unit})` };
}

function number(value: number | null, digits: number): ResultCell {
  return value === null ? HIDDEN : { kind: 'number', value, digits, style: 'decimal' };
}

function meanCell({ mean, sd }: NumberSummary): ResultCell {
  if (mean === null || sd === null) return HIDDEN;
  return both(language => `${formatNumber(mean, language, 1)} (${formatNumber(sd, language, 1)})`);
}

function medianCell({ median, q1, q3 }: NumberSummary): ResultCell {
  if (median === null) return HIDDEN;
  return both(language => {
    const text = formatNumber(median, language, 1);
    if (q1 === null || q3 === null) return text;
    const between = language === 'en' ? ' to ' : ' à ';
    return `${text} (${formatNumber(q1, language, 1)}${between}${formatNumber(q3, language, 1)})`;
  });
}

function share(count: number | null, total: number | null): ResultCell {
  if (count === null) return HIDDEN;
  if (total === null || total === 0) return number(count, 0);
  return both(language => {
    const percent = formatNumber((100 * count) / total, language, total >= 1_000 ? 1 : 0);
    return `${formatNumber(count, language)} (${percent}${language === 'fr' ? '\u202f' : ''}%)`;
  });
}

function both(text: (language: 'en' | 'fr') => string): ResultCell {
  return { kind: 'text', text: { en: text('en'), fr: text('fr') } };
}
