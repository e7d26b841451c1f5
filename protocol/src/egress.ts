import { z } from 'zod';
import { Localised } from './localised.js';

/** Disclosure class of a block: which rules judge it (names of guard/SPEC.md). */
export const DisclosureClass = z.enum([
  'frequency',
  'sum',
  'histogram',
  'survival-cells',
  'score',
  'information',
  'log-likelihood',
  'risk-set-increments'
]);
/** Disclosure class of a block. */
export type DisclosureClass = z.infer<typeof DisclosureClass>;

/**
 * One block of numbers that leaves a hospital in a round. Preview, guard, fixed-point encoding and the
 * bytes on the wire all read this declaration.
 */
export interface EgressBlock {
  readonly name: string;
  readonly label: Localised;
  /** Extent per dimension, row-major; exact, known before the round. */
  readonly shape: readonly number[];
  readonly unit: string;
  readonly class: DisclosureClass;
  /** Largest absolute value of one cell of the *sum* over all hospitals, from public bounds only. */
  readonly bound: number;
  /** Fraction bits of the fixed-point encoding in Z_2^64: bound · 2^bits < 2^63. 0 for counts. */
  readonly fractionBits: number;
}

/** Schema of a block; its values fit the 64-bit ring: bound · 2^fractionBits < 2^63. */
export const EgressBlock: z.ZodType<EgressBlock> = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z][\w.:-]*$/)
      .max(200),
    label: Localised,
    shape: z.array(z.number().int().min(1)).min(1).max(4),
    unit: z.string(),
    class: DisclosureClass,
    bound: z.number().positive(),
    fractionBits: z.number().int().min(0).max(62)
  })
  .refine(({ bound, fractionBits }) => bound * 2 ** fractionBits < 2 ** 63, {
    message: 'does not fit the ring'
  });

/** Number of values in a block. */
export function blockLength(block: EgressBlock): number {
  return block.shape.reduce((product, extent) => product * extent, 1);
}
