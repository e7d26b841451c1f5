import type { Localised } from './localised.js';

/** Disclosure class of a block: which rules judge it (names of guard/SPEC.md). */
export type DisclosureClass =
  | 'frequency'
  | 'sum'
  | 'histogram'
  | 'survival-cells'
  | 'score'
  | 'information'
  | 'log-likelihood'
  | 'risk-set-increments';

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

/** Number of values in a block. */
export function blockLength(block: EgressBlock): number {
  return block.shape.reduce((product, extent) => product * extent, 1);
}
