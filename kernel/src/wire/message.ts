import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Version of the Jupyter messaging protocol that the kernel speaks. */
export const JUPYTER_PROTOCOL = '5.5';

const DELIMITER = Buffer.from('<IDS|MSG>');

/** Header of a Jupyter message. */
export const Header = z.looseObject({
  msg_id: z.string(),
  msg_type: z.string(),
  session: z.string().default(''),
  username: z.string().default(''),
  version: z.string().default('5.0')
});
/** Header of a Jupyter message. */
export type Header = z.infer<typeof Header>;

/** A Jupyter message with the routing identities it came from. */
export interface JupyterMessage {
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly parent: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Buffer[];
}

/** Signs and reads the frames of one connection. */
export class Codec {
  readonly #key: string;
  readonly #session = randomUUID();

  /** @param key HMAC-SHA256 key of the connection file; empty = unsigned */
  constructor(key: string) {
    this.#key = key;
  }

  /** Takes frames apart; null when they are malformed or not signed with the key. */
  read(frames: readonly Buffer[]): JupyterMessage | null {
    const at = frames.findIndex(frame => frame.equals(DELIMITER));
    if (at < 0 || frames.length < at + 6) return null;
    const [signature, ...rest] = frames.slice(at + 1);
    const parts = rest.slice(0, 4);
    if (signature === undefined || !this.#isSigned(signature, parts)) return null;
    try {
      const [header, parent, metadata, content] = parts.map(
        part => JSON.parse(part.toString('utf8')) as unknown
      );
      const record = z.record(z.string(), z.unknown());
      return {
        identities: frames.slice(0, at),
        header: Header.parse(header),
        parent: record.parse(parent),
        metadata: record.parse(metadata),
        content: record.parse(content),
        buffers: rest.slice(4)
      };
    } catch {
      return null;
    }
  }

  /** Frames of a message and its own msg_id. */
  write(
    type: string,
    content: unknown,
    parent: unknown,
    options: {
      identities?: readonly Buffer[];
      metadata?: unknown;
      buffers?: readonly Uint8Array[];
    } = {}
  ): { readonly id: string; readonly frames: Buffer[] } {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.#session,
      username: 'kernel',
      date: new Date().toISOString(),
      version: JUPYTER_PROTOCOL
    };
    const parts = [header, parent, options.metadata ?? {}, content].map(bytesOf);
    const frames = [
      ...(options.identities ?? []),
      DELIMITER,
      Buffer.from(this.#sign(parts)),
      ...parts,
      ...(options.buffers ?? []).map(bytes =>
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      )
    ];
    return { id: header.msg_id, frames };
  }

  #sign(parts: readonly Buffer[]): string {
    if (this.#key === '') return '';
    const hmac = createHmac('sha256', this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }

  #isSigned(signature: Buffer, parts: readonly Buffer[]): boolean {
    const expected = Buffer.from(this.#sign(parts));
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
}

/** JSON of a part; bytes are JSON already. */
function bytesOf(part: unknown): Buffer {
  if (!(part instanceof Uint8Array)) return Buffer.from(JSON.stringify(part ?? {}));
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}
