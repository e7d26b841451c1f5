import { wardbookError, type EgressBlock, type HospitalId } from '@wardbook/protocol';
import type { RoundContext } from './context.js';
import { decodeBlocks, encodeBlocks, ringLength, type Blocks } from './fixed-point.js';
import { sharedSecret, type RawKeyPair } from './keys.js';
import { addRing, applyKeystream, streamKey } from './keystream.js';
import type { SumPort } from './sum-port.js';

/** Who we are and whose keys the charter pins. */
export interface PairwiseOptions {
  readonly self: HospitalId;
  readonly keys: RawKeyPair;
  /** All hospitals of the charter with their X25519 keys. */
  readonly hospitals: readonly { readonly id: HospitalId; readonly maskKey: string }[];
  /** Known to the hospitals only. */
  readonly openingSecret: Uint8Array;
}

/**
 * Pairwise masks that cancel in the sum; no loss of a participant is tolerated. The first participant adds
 * one more mask from the opening secret, so that only hospitals can read the sum.
 *
 * @see SPEC.md
 */
export function createPairwiseDriver(options: PairwiseOptions): SumPort {
  const secrets = new Map<HospitalId, Uint8Array>();
  const secretWith = (peer: HospitalId): Uint8Array => {
    const known = secrets.get(peer);
    if (known) return known;
    const entry = options.hospitals.find(({ id }) => id === peer);
    if (!entry) throw wardbookError('HOSPITAL_UNKNOWN', { hospital: peer });
    const secret = sharedSecret(options.keys.privateKey, entry.maskKey);
    secrets.set(peer, secret);
    return secret;
  };
  return {
    contribute: (context, blocks, values) => {
      const ring = encodeBlocks(blocks, values);
      for (const peer of context.participants) {
        if (peer === options.self) continue;
        const [low, high] = peer < options.self ? [peer, options.self] : [options.self, peer];
        const key = streamKey(
          secretWith(peer),
          `wardbook/mask/1\n${context.hash}\n${low}\n${high}`
        );
        applyKeystream(ring, key, options.self === low);
      }
      if (context.participants[0] === options.self)
        applyKeystream(ring, openingKey(options, context), true);
      return new Uint8Array(ring.buffer);
    },
    open: (context, blocks, contributions) => open(options, context, blocks, contributions)
  };
}

function open(
  options: PairwiseOptions,
  context: RoundContext,
  blocks: readonly EgressBlock[],
  contributions: readonly Uint8Array[]
): Blocks {
  const length = ringLength(blocks);
  const complete =
    contributions.length === context.participants.length &&
    contributions.every(bytes => bytes.length === length * 8);
  if (!complete) throw wardbookError('MASKING_CONTEXT', { reason: 'length' });
  const sum = new BigUint64Array(length);
  for (const bytes of contributions) {
    // A copy: the bytes of a frame need not be aligned to eight.
    addRing(sum, new BigUint64Array(new Uint8Array(bytes).buffer), true);
  }
  applyKeystream(sum, openingKey(options, context), false);
  return decodeBlocks(blocks, sum);
}

function openingKey(options: PairwiseOptions, context: RoundContext): Uint8Array {
  return streamKey(options.openingSecret, `wardbook/opening/1\n${context.hash}`);
}
