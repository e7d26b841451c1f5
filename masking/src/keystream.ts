import { createCipheriv, hkdfSync } from 'node:crypto';

const CHUNK_BYTES = 65_536;
const ZEROS = Buffer.alloc(CHUNK_BYTES);

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
    for (let index = 0; index < count; index += 1) {
      const at = offset + index;
      const element = ring[at] ?? 0n;
      const mask = stream[index] ?? 0n;
      ring[at] = add ? element + mask : element - mask;
    }
    offset += count;
  }
}

/** A 16-byte stream key: HKDF-SHA256 of a secret, bound to `info`. */
export function streamKey(secret: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', info, 16));
}
