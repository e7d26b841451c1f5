import { z } from 'zod';

const Text = z
  .union([z.string(), z.array(z.string())])
  .transform(value => (Array.isArray(value) ? value.join('') : value));
const Fields = z.record(z.string(), z.unknown());

/** One output of a code cell, streams joined to one string. */
export const Output = z.looseObject({ output_type: z.string() });
/** One output of a code cell. */
export type Output = z.infer<typeof Output>;

const Cell = z.looseObject({
  id: z.string().min(1).max(64).optional(),
  cell_type: z.enum(['code', 'markdown', 'raw']),
  source: Text,
  metadata: Fields.default({}),
  outputs: z.array(Output).default([]),
  execution_count: z.number().nullable().default(null),
  attachments: Fields.optional()
});

/** The part of nbformat 4 (https://nbformat.readthedocs.io) that a shared notebook holds. */
export const Notebook = z.looseObject({
  nbformat: z.literal(4),
  nbformat_minor: z.number(),
  metadata: Fields.default({}),
  cells: z.array(Cell)
});
/** A notebook file. */
export type Notebook = z.infer<typeof Notebook>;

/** The text of a stream output. */
export function streamText(output: Output): string {
  const text = Text.safeParse(output['text']);
  return text.success ? text.data : '';
}
