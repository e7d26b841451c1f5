import { createCipheriv, hkdfSync } from 'node:crypto';

const CHUNK_BYTES = 65_536;
const ZEROS = Buffer.alloc(CHUNK_BYTES);
const TWO_32 = 4_294_967_296;

/**
 * Adds (or subtracts) the AES-128-CTR keystream of a key to ring elements, mod 2^64, in place.
 * The counter starts at zero: every key serves one stream only.
 */
export function applyKeystream(ring: BigUint64Array, key: Uint8Array, add: boolean): void {
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  for (let offset = 0; offset < ring.length;) {
    const count = Math.min(CHUNK_BYTES / 8, ring.length - offset);
    const bytes = cipher.update(ZEROS.subarray(0, count * 8));
    const stream = new BigUint64Array(new Uint8Array(bytes).buffer);
    addRing(ring.subarray(offset, offset + count), stream, add);
    offset += count;
  }
}

/** Adds (or subtracts) ring elements, mod 2^64, in place. Halves of 32 bits: BigInt would cost an allocation each. */
export function addRing(ring: BigUint64Array, other: BigUint64Array, add: boolean): void {
  const into = new Uint32Array(ring.buffer, ring.byteOffset, ring.length * 2);
  const from = new Uint32Array(other.buffer, other.byteOffset, ring.length * 2);
  const sign = add ? 1 : -1;
  for (let at = 0; at < into.length; at += 2) {
    const low = (into[at] ?? 0) + sign * (from[at] ?? 0);
    into[at] = low;
    // The carry is −1, 0 or 1; storing takes both halves mod 2^32.
    into[at + 1] = (into[at + 1] ?? 0) + sign * (from[at + 1] ?? 0) + Math.floor(low / TWO_32);
  }
}

/** A 16-byte stream key: HKDF-SHA256 of a secret, bound to `info`. */
export function streamKey(secret: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', info, 16));
}
