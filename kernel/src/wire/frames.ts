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
  #frame: Buffer = Buffer.allocUnsafeSlow(PREFIX);
  #filled = 0;
  #hasLengths = false;
  #headLength = 0;

  /** @param take called with every frame */
  constructor(take: (head: object, body: Buffer) => void) {
    this.#take = take;
  }

  /** Adds bytes. @throws SyntaxError, RangeError when they are no frames */
  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const wanted = this.#frame.length - this.#filled;
      const piece = chunk.subarray(at, at + wanted);
      this.#frame.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === this.#frame.length) this.#advance();
    }
  }

  #advance(): void {
    if (!this.#hasLengths) {
      this.#headLength = this.#frame.readUInt32LE(0);
      const length = this.#headLength + this.#frame.readUInt32LE(4);
      if (length > LONGEST || this.#headLength === 0) throw new RangeError('no frame');
      this.#hasLengths = true;
      return this.#begin(length);
    }
    const frame = this.#frame;
    this.#hasLengths = false;
    this.#begin(PREFIX);
    const head: unknown = JSON.parse(frame.toString('utf8', 0, this.#headLength));
    if (typeof head !== 'object' || head === null) throw new SyntaxError('frame without a head');
    this.#take(head, frame.subarray(this.#headLength));
  }

  #begin(length: number): void {
    this.#frame = Buffer.allocUnsafeSlow(length);
    this.#filled = 0;
  }
}
