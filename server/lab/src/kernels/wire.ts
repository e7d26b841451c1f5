import { createHmac, timingSafeEqual } from 'node:crypto';

const DELIMITER = Buffer.from('<IDS|MSG>');

/** The channels of a Jupyter kernel. */
export type Channel = 'shell' | 'control' | 'stdin' | 'iopub';

/** A Jupyter message as it travels: header, parent header, metadata, content, buffers; JSON text unparsed. */
export type Parts = readonly Buffer[];

/** What the lab reads of a header. */
export interface HeaderView {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
}

/** ZeroMQ frames of a message, signed with HMAC-SHA256. */
export function toFrames(key: string, parts: Parts): Buffer[] {
  return [DELIMITER, Buffer.from(signature(key, parts)), ...parts];
}

/** The message of ZeroMQ frames; null when it is malformed or not signed with the key. */
export function fromFrames(key: string, frames: readonly Buffer[]): Parts | null {
  const at = frames.findIndex(frame => frame.equals(DELIMITER));
  const given = frames[at + 1];
  const parts = frames.slice(at + 2);
  if (at < 0 || given === undefined || parts.length < 4) return null;
  const expected = Buffer.from(signature(key, parts));
  return expected.length === given.length && timingSafeEqual(expected, given) ? parts : null;
}

/** Parsed JSON of one part; 0 header, 1 parent header, 2 metadata, 3 content. */
export function part<T = Record<string, unknown>>(parts: Parts, index: 0 | 1 | 2 | 3): T {
  return JSON.parse((parts[index] ?? Buffer.from('{}')).toString('utf8')) as T;
}

/** A binary frame of the subprotocol v1.kernel.websocket.jupyter.org. */
export function toSocket(channel: Channel, parts: Parts): Buffer {
  const name = Buffer.from(channel);
  const sizes = [name.length, ...parts.map(({ length }) => length)];
  const count = sizes.length + 1;
  const head = Buffer.alloc(8 * (count + 1));
  head.writeBigUInt64LE(BigInt(count), 0);
  let offset = head.length;
  head.writeBigUInt64LE(BigInt(offset), 8);
  sizes.forEach((size, index) => {
    offset += size;
    head.writeBigUInt64LE(BigInt(offset), 16 + 8 * index);
  });
  return Buffer.concat([head, name, ...parts]);
}

/** The message of a binary frame; null when it is malformed. */
export function fromSocket(frame: Buffer): { channel: Channel; parts: Parts } | null {
  if (frame.length < 8) return null;
  const count = Number(frame.readBigUInt64LE(0));
  if (count < 6 || count > 1_000 || frame.length < 8 * (count + 1)) return null;
  const offsets = Array.from({ length: count }, (_, index) =>
    Number(frame.readBigUInt64LE(8 + 8 * index))
  );
  const slices = offsets
    .slice(0, -1)
    .map((from, index) => frame.subarray(from, offsets[index + 1]));
  const [name, ...parts] = slices;
  const channel = name?.toString('utf8');
  if (channel !== 'shell' && channel !== 'control' && channel !== 'stdin') return null;
  return { channel, parts };
}

function signature(key: string, parts: Parts): string {
  const hmac = createHmac('sha256', key);
  for (const bytes of parts.slice(0, 4)) hmac.update(bytes);
  return hmac.digest('hex');
}
