import type { EgressBlock } from '@wardbook/protocol';
import type { RoundContext } from './context.js';
import type { Blocks } from './fixed-point.js';

/** How a sum over hospitals is made; drivers differ in loss tolerance and rounds. */
export interface SumPort {
  /**
   * One hospital's masked contribution: little-endian ring elements, unreadable without all others.
   *
   * @throws MASKING_OUT_OF_RANGE, GUARD_SHAPE
   */
  contribute(context: RoundContext, blocks: readonly EgressBlock[], values: Blocks): Uint8Array;
  /**
   * The sum of the contributions of all participants, in their order.
   *
   * @throws MASKING_CONTEXT when one is missing or of another length
   */
  open(
    context: RoundContext,
    blocks: readonly EgressBlock[],
    contributions: readonly Uint8Array[]
  ): Blocks;
}
