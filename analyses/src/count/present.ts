import type { Presentation, ResultCell } from '@wardbook/protocol';
import type { PresentContext } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { groupLevels } from '../groups.js';
import { formatNumber, THIN } from '../text.js';
import type { CountParameters, CountValues } from './count.js';

const HIDDEN = {
  en: 'Hidden: fewer people than the hospitals allow, possibly none, or needed to protect another number.',
  fr: `Masqué${THIN}: moins de personnes que les hôpitaux ne l’autorisent, peut-être aucune, ou nécessaire pour en protéger un autre.`
};

/** Table, bars and sentence of a count. */
export function presentCount(
  values: CountValues,
  _parameters: CountParameters,
  context: PresentContext
): Presentation {
  const { n, by, rows } = values;
  const answered = context.hospitals.length;
  const sentence = {
    en: `${formatNumber(n, 'en')} patients at ${answered} of ${context.asked} hospitals fit the question.`,
    fr: `${formatNumber(n, 'fr')} patients dans ${answered} hôpitaux sur ${context.asked} répondent à la question.`
  };
  if (by === null)
    return {
      sentences: { en: [sentence.en], fr: [sentence.fr] },
      tables: [],
      figures: [],
      warnings: []
    };
  const variable = variableOf(context.dictionary, by);
  const levels = groupLevels(context.dictionary, by);
  const labelOf = (code: string | null) =>
    levels.find(level => level.code === code)?.label ?? { en: 'missing', fr: 'manquant' };
  const cells = (value: number | null): ResultCell[] =>
    value === null
      ? [{ kind: 'hidden' }, { kind: 'hidden' }]
      : [
          { kind: 'number', value, digits: 0, style: 'decimal' },
          { kind: 'number', value: (100 * value) / n, digits: n > 1000 ? 1 : 0, style: 'percent' }
        ];
  const bars = (language: 'en' | 'fr') => ({
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    description: sentence[language],
    width: 420,
    data: {
      values: rows
        .filter(row => row.n !== null)
        .map(row => ({ group: labelOf(row.level)[language], patients: row.n }))
    },
    mark: { type: 'bar', color: '#0072B2' },
    encoding: {
      y: { field: 'group', type: 'nominal', title: variable.label[language], sort: null },
      x: { field: 'patients', type: 'quantitative', title: 'patients' }
    }
  });
  return {
    sentences: { en: [sentence.en], fr: [sentence.fr] },
    tables: [
      {
        id: 'counts',
        title: variable.label,
        columns: [
          { en: 'patients', fr: 'patients' },
          { en: 'share', fr: 'part' }
        ],
        rows: rows.map(row => ({
          label: labelOf(row.level),
          level: 0 as const,
          cells: cells(row.n)
        })),
        notes: rows.some(row => row.n === null) ? [HIDDEN] : []
      }
    ],
    figures: [
      {
        id: 'bars',
        title: variable.label,
        description: sentence,
        spec: { en: bars('en'), fr: bars('fr') }
      }
    ],
    warnings: []
  };
}
