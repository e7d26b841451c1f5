import {
  createHmac,
  createSecretKey,
  randomUUID,
  timingSafeEqual,
  type KeyObject
} from 'node:crypto';
import { SeenSignatures } from './seen-signatures.js';

/** Version of the Jupyter messaging protocol that the kernel speaks. */
export const JUPYTER_PROTOCOL = '5.5';

const DELIMITER = Buffer.from('<IDS|MSG>');
const EMPTY = Buffer.from('{}');
const NO_BUFFERS: readonly Uint8Array[] = [];

/** Header of a Jupyter message, as far as the kernel reads it. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  /** Subshell that the message is for; null = the main shell. */
  readonly subshell_id?: string | null;
}

/** A Jupyter message with the routing identities it came from. */
export interface JupyterMessage {
  readonly identities: readonly Buffer[];
  readonly header: Header;
  /** The header as it arrived: replies and outputs carry exactly it as their parent. */
  readonly headerJson: Uint8Array;
  readonly parent: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Buffer[];
}

/** Beside type, content and parent of a message that is written. */
export interface WriteOptions {
  readonly identities?: readonly Buffer[];
  readonly metadata?: unknown;
  readonly buffers?: readonly Uint8Array[];
}

/** Signs and reads the frames of one connection. */
export class Codec {
  /** null = messages are not signed. */
  readonly #key: KeyObject | null;
  readonly #digest: string;
  readonly #session = randomUUID();
  readonly #seen = new SeenSignatures();
  #written = 0;

  /**
   * @param key HMAC key of the connection file; empty = unsigned
   * @param scheme such as `hmac-sha256`
   * @throws Error when the digest is not known
   */
  constructor(key: string, scheme = 'hmac-sha256') {
    this.#key = key === '' ? null : createSecretKey(key, 'utf8');
    this.#digest = scheme.replace(/^hmac-/, '');
    createHmac(this.#digest, key);
  }

  /** Takes frames apart; null when they are malformed, not signed with the key, or were seen before. */
  read(frames: readonly Buffer[]): JupyterMessage | null {
    const at = frames.findIndex(frame => frame.equals(DELIMITER));
    if (at < 0 || frames.length < at + 6) return null;
    const [signature, ...rest] = frames.slice(at + 1);
    const parts = rest.slice(0, 4);
    if (signature === undefined || !this.#isSigned(signature, parts)) return null;
    const [headerJson = EMPTY] = parts;
    const [header, parent, metadata, content] = parts.map(recordOf);
    if (!header || !parent || !metadata || !content) return null;
    const { msg_id: id, msg_type: type, subshell_id: subshell } = header;
    if (typeof id !== 'string' || typeof type !== 'string') return null;
    return {
      identities: frames.slice(0, at),
      header: { ...header, msg_id: id, msg_type: type, subshell_id: textOrNull(subshell) },
      headerJson,
      parent,
      metadata,
      content,
      buffers: rest.slice(4)
    };
  }

  /**
   * Frames of a message and its own msg_id.
   *
   * @param content an object, or its JSON as bytes
   * @param parent header of the request as an object or as the bytes it came in
   */
  write(
    type: string,
    content: unknown,
    parent: unknown,
    options: WriteOptions = {}
  ): { readonly id: string; readonly frames: (Buffer | string)[] } {
    this.#written += 1;
    const id = `${this.#session}_${this.#written}`;
    const header = `{"msg_id":"${id}","msg_type":${JSON.stringify(type)},"session":"${this.#session}","username":"kernel","date":"${new Date().toISOString()}","version":"${JUPYTER_PROTOCOL}"}`;
    const parts = [header, ...[parent, options.metadata, content].map(bytesOf)];
    const { identities = [], buffers = NO_BUFFERS } = options;
    const signature = this.#sign(parts);
    return { id, frames: [...identities, DELIMITER, signature, ...parts, ...buffers.map(bytesOf)] };
  }

  #sign(parts: readonly (Buffer | string)[]): string {
    if (this.#key === null) return '';
    const hmac = createHmac(this.#digest, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }

  #isSigned(signature: Buffer, parts: readonly Buffer[]): boolean {
    if (this.#key === null) return true;
    const expected = this.#sign(parts);
    if (signature.length !== expected.length) return false;
    return timingSafeEqual(Buffer.from(expected), signature) && this.#seen.add(expected);
  }
}

/** JSON of a part; bytes are JSON already. */
function bytesOf(part: unknown): Buffer {
  if (part === undefined) return EMPTY;
  if (Buffer.isBuffer(part)) return part;
  if (part instanceof Uint8Array) return Buffer.from(part.buffer, part.byteOffset, part.byteLength);
  return Buffer.from(JSON.stringify(part));
}

function recordOf(part: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(part.toString('utf8'));
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isRecord ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
