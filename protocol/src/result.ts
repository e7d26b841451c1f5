import { z } from 'zod';
import { Hash, HospitalId, RunId, hexBytes } from './ids.js';
import { Localised } from './localised.js';
import { Plan } from './plan.js';

/** MIME type of a result in a notebook. */
export const RESULT_MIME = 'application/vnd.wardbook.result.v1+json';

/** One cell of a result table. `hidden` = fewer people than allowed, possibly none, or protecting another number. */
export const ResultCell = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('number'),
    value: z.number(),
    /** Decimals to show. */
    digits: z.number().int().min(0).max(10),
    /** `percent`: value is 0–100. */
    style: z.enum(['decimal', 'percent', 'p-value']),
    interval: z.tuple([z.number(), z.number()]).optional()
  }),
  z.strictObject({ kind: z.literal('text'), text: Localised }),
  z.strictObject({ kind: z.literal('hidden') }),
  z.strictObject({ kind: z.literal('none') })
]);
/** One cell of a result table. */
export type ResultCell = z.infer<typeof ResultCell>;

/** A table for people: header labels, then rows of a label and cells. */
export const ResultTable = z.strictObject({
  id: z.string(),
  title: Localised,
  columns: z.array(Localised),
  /** `level` 1 rows are indented under the level 0 row before them. */
  rows: z.array(
    z.strictObject({
      label: Localised,
      level: z.union([z.literal(0), z.literal(1)]),
      cells: z.array(ResultCell)
    })
  ),
  notes: z.array(Localised)
});
/** A table for people. */
export type ResultTable = z.infer<typeof ResultTable>;

/** A Vega-Lite v5 figure per language, inline values only. */
export const ResultFigure = z.strictObject({
  id: z.string(),
  title: Localised,
  description: Localised,
  spec: z.strictObject({
    en: z.record(z.string(), z.unknown()),
    fr: z.record(z.string(), z.unknown())
  })
});
/** A Vega-Lite v5 figure. */
export type ResultFigure = z.infer<typeof ResultFigure>;

/** Where a result comes from; printed with it. */
export const Provenance = z.strictObject({
  study: z.string(),
  hospitals: z.array(
    z.strictObject({
      id: HospitalId,
      name: Localised,
      snapshot: Hash,
      /** Signature of the hospital over its release frame, which the coordinator keeps. */
      signature: hexBytes(64),
      /** The record of this release in the hospital's audit chain. */
      auditHead: Hash
    })
  ),
  asked: z.number().int(),
  answered: z.number().int(),
  mode: z.string(),
  scope: z.enum(['pooled', 'per-hospital']),
  masked: z.boolean(),
  k: z.number().int(),
  profiles: z.array(z.string()),
  rounds: z.number().int(),
  versions: z.strictObject({
    protocol: z.number().int(),
    analysis: z.number().int(),
    software: z.string()
  }),
  requester: z.string(),
  releasedAt: z.iso.datetime()
});
/** Where a result comes from. */
export type Provenance = z.infer<typeof Provenance>;

/** A released result, whole without any kernel. `values` = typed numbers of the analysis (see its folder). */
export const Result = z.strictObject({
  result: z.literal(1),
  run: RunId,
  planHash: Hash,
  plan: Plan,
  values: z.record(z.string(), z.unknown()),
  /** One to three plain sentences per language. */
  sentences: z.strictObject({ en: z.array(z.string()).min(1), fr: z.array(z.string()).min(1) }),
  tables: z.array(ResultTable),
  figures: z.array(ResultFigure),
  warnings: z.array(Localised),
  /** What left the hospitals during the run. */
  egress: z.array(
    z.strictObject({
      label: Localised,
      /** Numbers a round. */
      values: z.number().int(),
      rounds: z.number().int(),
      summed: z.boolean()
    })
  ),
  provenance: Provenance
});
/** A released result. */
export type Result = z.infer<typeof Result>;

/** What `present` makes of the released values. */
export type Presentation = Pick<Result, 'sentences' | 'tables' | 'figures' | 'warnings'>;
