import { crc32 } from 'node:zlib';

const HEADER_BYTES = 8;

/** What a log's bytes hold. */
export interface StoredRecords {
  /** The updates up to the first byte that is none, oldest first; may be empty. */
  readonly updates: readonly Uint8Array[];
  /** Length of that part. */
  readonly bytes: number;
  /** A whole record lies behind one that is none: no torn tail, something changed the file. */
  readonly isDamaged: boolean;
}

/** An update as a record: [length u32][crc32 u32][bytes], little-endian. */
export function record(update: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(update.length, 0);
  header.writeUInt32LE(crc32(update), 4);
  return Buffer.concat([header, update]);
}

/** Reads records up to the first that is torn, changed or empty. */
export function readRecords(stored: Buffer): StoredRecords {
  const updates: Uint8Array[] = [];
  let at = 0;
  for (let next = recordAt(stored, at); next.update !== null; next = recordAt(stored, at)) {
    updates.push(next.update);
    at = next.end;
  }
  const isDamaged = recordAt(stored, recordAt(stored, at).end).update !== null;
  return { updates, bytes: at, isDamaged };
}

function recordAt(stored: Buffer, at: number): { update: Uint8Array | null; end: number } {
  if (at + HEADER_BYTES > stored.length) return { update: null, end: stored.length };
  const length = stored.readUInt32LE(at);
  const end = at + HEADER_BYTES + length;
  const update = stored.subarray(at + HEADER_BYTES, end);
  // No update is empty, but eight zero bytes would be the record of an empty one: a lost block reads as zeros.
  const isWhole =
    length > 0 && end <= stored.length && stored.readUInt32LE(at + 4) === crc32(update);
  return { update: isWhole ? update : null, end: Math.min(end, stored.length) };
}
