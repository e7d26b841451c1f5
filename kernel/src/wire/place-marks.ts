/** What no program prints by accident begins and ends a mark in its output. */
const BEGIN = Buffer.from([0, 0x77, 0x62, 1]);
const END = 2;

/** Bytes that say in a raw pipe: up to here, message `place` had not been sent. */
export function placeMark(place: number): Buffer {
  return Buffer.concat([BEGIN, Buffer.from(String(place)), Buffer.from([END])]);
}

/** A piece of a raw pipe: bytes of a program, or the place of a message. */
export type RawPiece = Buffer | number;

/** Takes a raw pipe apart into bytes and marks; a mark may be cut anywhere. */
export class MarkReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Pieces of a chunk in order. Bytes that may begin a mark wait for the next chunk. */
  read(chunk: Buffer): RawPiece[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const pieces: RawPiece[] = [];
    this.#rest = Buffer.alloc(0);
    while (bytes.length > 0) {
      const at = beginOf(bytes);
      if (at > 0) pieces.push(bytes.subarray(0, at));
      bytes = bytes.subarray(at);
      if (bytes.length === 0) break;
      const end = bytes.indexOf(END, BEGIN.length);
      if (end < 0) {
        this.#rest = Buffer.from(bytes);
        break;
      }
      pieces.push(Number(bytes.toString('latin1', BEGIN.length, end)));
      bytes = bytes.subarray(end + 1);
    }
    return pieces;
  }

  /** What waits, at the end of the pipe. */
  rest(): Buffer {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return rest;
  }
}

/** Index of the first mark, whole or cut at the end; the length when there is none. */
function beginOf(bytes: Buffer): number {
  const whole = bytes.indexOf(BEGIN);
  if (whole >= 0) return whole;
  for (let length = Math.min(BEGIN.length - 1, bytes.length); length > 0; length -= 1)
    if (bytes.subarray(bytes.length - length).equals(BEGIN.subarray(0, length)))
      return bytes.length - length;
  return bytes.length;
}
