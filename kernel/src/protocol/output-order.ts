import { StringDecoder } from 'node:string_decoder';
import { MarkReader, type RawPiece } from '../wire/place-marks.js';

/** The two pipes that child processes and native code write to. */
export type RawName = 'stdout' | 'stderr';

interface RawPipe {
  readonly marks: MarkReader;
  readonly text: StringDecoder;
  readonly pieces: RawPiece[];
  /** Place of the last mark that was passed. */
  at: number;
  ended: boolean;
}

/**
 * Puts messages of user code and the bytes of its raw pipes into one order: before message n is sent, mark n is
 * written to both pipes, so everything before the mark goes first and everything after it later.
 */
export class OutputOrder<Message> {
  readonly #onMessage: (message: Message) => void;
  readonly #onRaw: (name: RawName, text: string) => void;
  readonly #pipes: Readonly<Record<RawName, RawPipe>> = { stdout: pipe(), stderr: pipe() };
  readonly #messages: { readonly place: number; readonly message: Message }[] = [];
  #passed = 0;

  constructor(on: {
    readonly message: (message: Message) => void;
    readonly raw: (name: RawName, text: string) => void;
  }) {
    this.#onMessage = on.message;
    this.#onRaw = on.raw;
  }

  /** Takes a message; place 0 = it need not wait for anything. */
  message(message: Message, place: number): void {
    if (place === 0) return this.#onMessage(message);
    this.#messages.push({ place, message });
    this.#advance();
  }

  /** Takes bytes of a raw pipe. */
  raw(name: RawName, chunk: Buffer): void {
    const { marks, pieces } = this.#pipes[name];
    for (const piece of marks.read(chunk)) pieces.push(piece);
    this.#advance();
  }

  /** A pipe has ended or was closed by user code: no message waits for it any longer. */
  rawEnded(name: RawName): void {
    const { marks, pieces } = this.#pipes[name];
    this.#pipes[name].ended = true;
    const rest = marks.rest();
    if (rest.length > 0) pieces.push(rest);
    this.#advance();
  }

  #advance(): void {
    for (;;) {
      for (const name of ['stdout', 'stderr'] as const) this.#flush(name);
      const [first] = this.#messages;
      if (first === undefined) return;
      const { stdout, stderr } = this.#pipes;
      if (!isAt(stdout, first.place) || !isAt(stderr, first.place)) return;
      this.#messages.shift();
      this.#passed = first.place;
      this.#onMessage(first.message);
    }
  }

  /** Shows what lies before the next message, and passes its mark. */
  #flush(name: RawName): void {
    const pipe = this.#pipes[name];
    while (pipe.at <= this.#passed || pipe.ended) {
      const piece = pipe.pieces.shift();
      if (piece === undefined) return;
      if (typeof piece === 'number') pipe.at = piece;
      else {
        const text = pipe.text.write(piece);
        if (text !== '') this.#onRaw(name, text);
      }
    }
  }
}

function pipe(): RawPipe {
  const text = new StringDecoder('utf8');
  return { marks: new MarkReader(), text, pieces: [], at: 0, ended: false };
}

function isAt(pipe: RawPipe, place: number): boolean {
  return pipe.at >= place || (pipe.ended && pipe.pieces.length === 0);
}
