import { Console } from 'node:console';
import { StringDecoder } from 'node:string_decoder';
import { format } from 'node:util';
import type { FromUser } from './messages.js';

type StreamName = 'stdout' | 'stderr';

interface Pending {
  readonly cell: string;
  readonly name: StreamName;
  readonly parts: string[];
  length: number;
  /** When the first part was written, ms. */
  readonly since: number;
}

const FLUSH_MS = 20;
/** Prints that are sent at once in each such time; more are gathered. */
const AT_ONCE = 8;
const FLUSH_CHARACTERS = 32_768;

/** Gathers what a cell prints and sends it in pieces, in order, under the cell that printed it. */
export class CellStreams {
  readonly #send: (message: FromUser) => void;
  readonly #cell: () => string;
  #pending: Pending | null = null;
  #timer: NodeJS.Timeout | null = null;
  #window = 0;
  #sentAtOnce = 0;

  constructor(send: (message: FromUser) => void, cell: () => string) {
    this.#send = send;
    this.#cell = cell;
  }

  /**
   * Puts `console` and `process.stdout`/`stderr` of this process under cells.
   *
   * @param traceOf frames of an error as cells see them
   */
  install(traceOf: (error: Error) => string): void {
    Object.assign(globalThis.console, this.#console(traceOf));
    for (const name of ['stdout', 'stderr'] as const) {
      const decoder = new StringDecoder('utf8');
      const write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
        this.write(name, textOf(chunk, encoding, decoder));
        const callback = typeof encoding === 'function' ? encoding : done;
        if (typeof callback === 'function') queueMicrotask(callback as () => void);
        return true;
      };
      Object.defineProperty(process[name], 'write', {
        value: write,
        configurable: true,
        writable: true
      });
    }
  }

  /** Adds text of the running cell. */
  write(name: StreamName, text: string): void {
    if (text === '') return;
    const cell = this.#cell();
    const pending = this.#pending;
    if (pending !== null && (pending.cell !== cell || pending.name !== name)) this.flush();
    this.#pending ??= { cell, name, parts: [], length: 0, since: performance.now() };
    const { parts, since } = this.#pending;
    parts.push(text);
    this.#pending.length += text.length;
    if (this.#pending.length >= FLUSH_CHARACTERS || this.#isUrgent(since)) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref();
  }

  // In a loop no timer fires: what is printed before it and in it is seen while it runs.
  #isUrgent(since: number): boolean {
    const now = performance.now();
    if (now - this.#window > FLUSH_MS) {
      this.#window = now;
      this.#sentAtOnce = 0;
    }
    this.#sentAtOnce += 1;
    return this.#sentAtOnce <= AT_ONCE || now - since > FLUSH_MS;
  }

  /** Sends what is gathered. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const pending = this.#pending;
    this.#pending = null;
    if (pending !== null)
      this.#send({
        type: 'stream',
        cell: pending.cell,
        name: pending.name,
        text: pending.parts.join('')
      });
  }

  #console(traceOf: (error: Error) => string): Partial<Console> {
    const sink = (name: StreamName) =>
      ({ write: (text: string) => void this.write(name, text) }) as unknown as NodeJS.WriteStream;
    const own = new Console({
      stdout: sink('stdout'),
      stderr: sink('stderr'),
      ignoreErrors: false,
      colorMode: false
    });
    const methods = Object.fromEntries(
      Object.entries(own).filter(([name, value]) => name[0] !== '_' && typeof value === 'function')
    ) as Partial<Console>;
    return {
      ...methods,
      trace: (...values: unknown[]) => {
        const { stack = '' } = new Error();
        const error = new Error(format(...values));
        error.name = 'Trace';
        error.stack = stack.replace(/^Error.*\n.*\n?/, '');
        own.error(traceOf(error));
      }
    };
  }
}

function textOf(chunk: string | Uint8Array, encoding: unknown, decoder: StringDecoder): string {
  if (typeof chunk !== 'string') return decoder.write(Buffer.from(chunk));
  const isText = typeof encoding !== 'string' || /^utf-?8$/i.test(encoding);
  return isText ? chunk : decoder.write(Buffer.from(chunk, encoding as BufferEncoding));
}
