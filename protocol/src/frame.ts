import { Packr } from 'msgpackr';
import { wardbookError } from './errors.js';
import { PROTOCOL_VERSION, PROTOCOL_VERSIONS } from './version.js';

/** Signs bytes: Ed25519, 64 bytes. */
export type Sign = (bytes: Uint8Array) => Uint8Array;
/** Checks an Ed25519 signature. */
export type Verify = (bytes: Uint8Array, signature: Uint8Array) => boolean;

/** Largest frame accepted, bytes. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

const MAGIC = 0x57; // "W"
const SIGNATURE_BYTES = 64;
const packr = new Packr({ useRecords: false, moreTypes: false, largeBigIntToFloat: false });
// msgpackr speaks of Node's Buffer, which this package does not know; a Buffer is a Uint8Array.
const pack = (message: unknown) => packr.pack(message) as unknown as Uint8Array;

/** A frame taken apart; `signed` are exactly the bytes the signature covers. */
export interface Frame {
  /** Protocol version of the sender, from the header. */
  readonly version: number;
  readonly payload: unknown;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * One message as bytes: 2 header bytes (magic, version), msgpack payload, 64 bytes of signature over
 * header and payload. Typed arrays travel as raw bytes (Uint8Array).
 *
 * @param version the version agreed on; the greeting (`challenge`, `hello`) goes in the oldest that the sender speaks
 */
export function encodeFrame(message: unknown, sign: Sign, version = PROTOCOL_VERSION): Uint8Array {
  const payload = pack(message);
  const frame = new Uint8Array(2 + payload.length + SIGNATURE_BYTES);
  frame[0] = MAGIC;
  frame[1] = version;
  frame.set(payload, 2);
  const signed = frame.subarray(0, 2 + payload.length);
  frame.set(sign(signed), signed.length);
  return frame;
}

/**
 * Takes a frame apart; the caller verifies the signature over `signed` before it trusts `payload`.
 *
 * @param versions versions this side can read
 * @throws PROTOCOL_BAD_FRAME when it is too short, too long, of another version or not msgpack
 */
export function decodeFrame(
  bytes: Uint8Array,
  versions: readonly number[] = PROTOCOL_VERSIONS
): Frame {
  if (bytes.length < 2 + 1 + SIGNATURE_BYTES || bytes.length > MAX_FRAME_BYTES)
    throw wardbookError('PROTOCOL_BAD_FRAME', { reason: 'size' });
  const version = bytes[1] ?? 0;
  if (bytes[0] !== MAGIC || !versions.includes(version))
    throw wardbookError('PROTOCOL_BAD_FRAME', { reason: 'header' });
  const signed = bytes.subarray(0, bytes.length - SIGNATURE_BYTES);
  const signature = bytes.subarray(bytes.length - SIGNATURE_BYTES);
  try {
    return { version, payload: packr.unpack(signed.subarray(2)), signed, signature };
  } catch {
    throw wardbookError('PROTOCOL_BAD_FRAME', { reason: 'payload' });
  }
}
