import { blockLength, wardbookError, type EgressBlock } from '@wardbook/protocol';

/** Numbers by block name, row-major. */
export type Blocks = Readonly<Record<string, Float64Array>>;

const TWO_32 = 4_294_967_296;
const RING_LIMIT = 2 ** 63;

/**
 * Fixed-point encoding of blocks in Z_2^64 (two's complement), in the order of the declaration.
 *
 * @throws MASKING_OUT_OF_RANGE for NaN, infinities, values over the declared bound, or bounds that could wrap
 */
export function encodeBlocks(blocks: readonly EgressBlock[], values: Blocks): BigUint64Array {
  const ring = new BigUint64Array(ringLength(blocks));
  const halves = new Uint32Array(ring.buffer);
  let at = 0;
  for (const block of blocks) {
    const numbers = values[block.name];
    if (numbers?.length !== blockLength(block))
      throw wardbookError('GUARD_SHAPE', { block: block.name });
    const scale = 2 ** block.fractionBits;
    if (!(block.bound * scale < RING_LIMIT)) throw outOfRange(block);
    for (const value of numbers) {
      if (!(Math.abs(value) <= block.bound)) throw outOfRange(block);
      const fixed = Math.round(value * scale);
      const high = Math.floor(fixed / TWO_32);
      halves[at] = fixed - high * TWO_32;
      halves[at + 1] = high;
      at += 2;
    }
  }
  return ring;
}

/** Back from Z_2^64 to numbers by block. */
export function decodeBlocks(blocks: readonly EgressBlock[], ring: BigUint64Array): Blocks {
  const low = new Uint32Array(ring.buffer, ring.byteOffset, ring.length * 2);
  const high = new Int32Array(ring.buffer, ring.byteOffset, ring.length * 2);
  const values: Record<string, Float64Array> = {};
  let at = 0;
  for (const block of blocks) {
    const scale = 2 ** block.fractionBits;
    const numbers = new Float64Array(blockLength(block));
    for (let index = 0; index < numbers.length; index += 1) {
      numbers[index] = ((high[at + 1] ?? 0) * TWO_32 + (low[at] ?? 0)) / scale;
      at += 2;
    }
    values[block.name] = numbers;
  }
  return values;
}

/** Number of ring elements of a declaration. */
export function ringLength(blocks: readonly EgressBlock[]): number {
  return blocks.reduce((sum, block) => sum + blockLength(block), 0);
}

function outOfRange(block: EgressBlock) {
  return wardbookError('MASKING_OUT_OF_RANGE', { block: block.name, bound: block.bound });
}
