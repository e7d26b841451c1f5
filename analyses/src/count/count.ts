import type { EgressBlock } from '@wardbook/protocol';
import { z } from 'zod';
import type { Analysis } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { distinctPatients, groupCodes, groupLevels } from '../groups.js';
import { nobodyLeft } from '../nobody-left.js';
import { presentCount } from './present.js';

/** Parameters of `count`: `by` = a category or boolean variable. */
export const CountParameters = z.strictObject({ by: z.string().max(64).optional() });
/** Parameters of `count`. */
export type CountParameters = z.infer<typeof CountParameters>;

/** One level's count; null = hidden. `level` null = missing. */
export interface CountRow {
  readonly level: string | null;
  readonly n: number | null;
}

/** Released values of `count`. */
export interface CountValues {
  readonly n: number;
  readonly by: string | null;
  readonly rows: readonly CountRow[];
}

const BOUND = 2 ** 40;

/** Number of patients, by level of one variable. Exact; one round. */
export const count: Analysis<CountParameters, null, CountValues> = {
  id: 'count',
  version: 1,
  title: { en: 'Count of patients', fr: 'Nombre de patients' },
  parameters: CountParameters,
  mode: () => 'exact',
  variables: ({ by }) => (by === undefined ? [] : [by]),
  check: ({ by }, { dictionary }) => {
    if (by !== undefined) groupLevels(dictionary, by);
  },
  start: () => null,
  egress: ({ by }, _state, { dictionary }): EgressBlock[] => {
    const cells = by === undefined ? 0 : groupLevels(dictionary, by).length + 1;
    return [
      {
        name: 'patients',
        label: { en: 'patients, in all and per group', fr: 'patients, au total et par groupe' },
        shape: [1 + cells],
        unit: 'patients',
        class: 'frequency',
        bound: BOUND,
        fractionBits: 0
      }
    ];
  },
  local: (table, { by }, _state, { dictionary }) => {
    const patients = distinctPatients(table);
    const counts = [patients];
    if (by !== undefined) {
      const codes = groupCodes(table, by);
      groupLevels(dictionary, by).forEach((_, level) =>
        counts.push(distinctPatients(table, row => codes[row] === level))
      );
      counts.push(distinctPatients(table, row => (codes[row] ?? -1) < 0));
    }
    return { blocks: { patients: Float64Array.from(counts) }, evidence: { patients } };
  },
  combine: (sum, { by }, _state, { dictionary, limits, hide }) => {
    const [n = 0, ...cells] = sum['patients'] ?? [];
    if (n === 0) throw nobodyLeft(limits);
    if (by === undefined)
      return {
        kind: 'done',
        values: { n, by: null, rows: [] },
        evidence: {
          patients: n,
          frequencies: [],
          scalars: [],
          survival: [],
          models: [],
          quantiles: []
        }
      };
    const complete = variableOf(dictionary, by).complete === true && cells.at(-1) === 0;
    const counts = complete ? cells.slice(0, -1) : cells;
    const hidden = hide(counts);
    const levels = [...groupLevels(dictionary, by).map(({ code }) => code), null];
    return {
      kind: 'done',
      values: {
        n,
        by,
        rows: counts.map((value, index) => ({
          level: levels[index] ?? null,
          n: hidden[index] ? null : value
        }))
      },
      evidence: {
        patients: n,
        frequencies: [{ name: by, counts, hidden }],
        scalars: [],
        survival: [],
        models: [],
        quantiles: []
      }
    };
  },
  present: presentCount,
  preview: ({ by }, { dictionary }) => ({
    items: [
      {
        label: { en: 'patients, in all and per group', fr: 'patients, au total et par groupe' },
        shape: [by === undefined ? 1 : groupLevels(dictionary, by).length + 2],
        atMost: by === undefined ? 1 : groupLevels(dictionary, by).length + 2,
        unit: 'patients',
        summed: true,
        times: 'once'
      }
    ],
    released: [{ en: 'number of patients per group', fr: 'nombre de patients par groupe' }]
  })
};
