/** Longest frame in bytes: more than any message a client would take. */
const LONGEST = 0x4000_0000;
const PREFIX = 8;

/**
 * A head and its body as bytes:
 *
 * ```text
 * head length u32 | body length u32 | head: JSON object | body
 * ```
 *
 * JSON only: neither process deserialises objects that the other one made.
 *
 * @throws TypeError when the head is no JSON (bigint, a cycle), RangeError when the frame is longer than 1 GiB
 */
export function makeFrame(head: object, body: string | readonly Uint8Array[] = ''): Buffer {
  const headBytes = Buffer.from(JSON.stringify(head));
  const bodyLength = typeof body === 'string' ? Buffer.byteLength(body) : lengthOf(body);
  if (headBytes.length + bodyLength > LONGEST)
    throw new RangeError('An output is longer than 1 GiB.');
  const frame = Buffer.allocUnsafe(PREFIX + headBytes.length + bodyLength);
  frame.writeUInt32LE(headBytes.length, 0);
  frame.writeUInt32LE(bodyLength, 4);
  headBytes.copy(frame, PREFIX);
  let at = PREFIX + headBytes.length;
  if (typeof body === 'string') frame.write(body, at, 'utf8');
  else
    for (const bytes of body) {
      frame.set(bytes, at);
      at += bytes.byteLength;
    }
  return frame;
}

function lengthOf(buffers: readonly Uint8Array[]): number {
  return buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Puts frames together again from pieces of any size. */
export class FrameReader {
  readonly #take: (head: object, body: Buffer) => void;
  /** The frame that is not whole yet, from its prefix on; first the prefix alone. */
  #part: Buffer = Buffer.alloc(PREFIX);
  #filled = 0;

  /** @param take called with every frame */
  constructor(take: (head: object, body: Buffer) => void) {
    this.#take = take;
  }

  /** Adds bytes; a body may share their memory. @throws SyntaxError, RangeError when they are no frames */
  add(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      // Most frames arrive whole, and are not copied.
      const length = this.#filled === 0 ? lengthAt(rest) : null;
      if (length !== null && rest.length >= length) {
        this.#read(rest.subarray(0, length));
        rest = rest.subarray(length);
      } else rest = this.#keep(rest);
    }
  }

  /** Copies what belongs to the frame that has begun. @returns what does not */
  #keep(bytes: Buffer): Buffer {
    const taken = bytes.copy(this.#part, this.#filled);
    this.#filled += taken;
    const length = this.#filled >= PREFIX ? lengthAt(this.#part) : null;
    if (length === this.#filled) {
      const frame = this.#part;
      this.#part = Buffer.alloc(PREFIX);
      this.#filled = 0;
      this.#read(frame);
    } else if (length !== null && this.#part.length < length) {
      const whole = Buffer.allocUnsafeSlow(length);
      this.#part.copy(whole);
      this.#part = whole;
    }
    return bytes.subarray(taken);
  }

  #read(frame: Buffer): void {
    const bodyAt = PREFIX + frame.readUInt32LE(0);
    const head: unknown = JSON.parse(frame.toString('utf8', PREFIX, bodyAt));
    if (typeof head !== 'object' || head === null) throw new SyntaxError('frame without a head');
    this.#take(head, frame.subarray(bodyAt));
  }
}

/** Length of the frame that begins here; null when its prefix is not whole. */
function lengthAt(bytes: Buffer): number | null {
  if (bytes.length < PREFIX) return null;
  const headLength = bytes.readUInt32LE(0);
  const length = PREFIX + headLength + bytes.readUInt32LE(4);
  if (length > LONGEST || headLength === 0) throw new RangeError('no frame');
  return length;
}
