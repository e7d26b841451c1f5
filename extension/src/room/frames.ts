import * as encoding from 'lib0/encoding';
import * as sync from 'y-protocols/sync';
import type * as Y from 'yjs';

/** First byte of a frame between a page and its room (docs/interfaces.md): y-protocols sync. */
export const SYNC = 0;
/** y-protocols awareness. */
export const AWARENESS = 1;
/** First message of a page. */
export const HELLO = 2;
/** So many updates of this page are on disk. */
export const ACK = 3;
/** An update was refused. */
export const REFUSED = 4;

/** A frame of one type. */
export function frame(type: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(payload.length + 1);
  bytes[0] = type;
  bytes.set(payload, 1);
  return bytes;
}

/** The bytes that are written. */
export function encoded(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}

/** The question what a document lacks: a sync message. */
export function askMissing(doc: Y.Doc): Uint8Array {
  return encoded(encoder => sync.writeSyncStep1(encoder, doc));
}

/** A payload that is JSON. */
export function json(payload: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(payload));
}
