import { format } from 'node:util';
import type { FromUser } from './messages.js';

type StreamName = 'stdout' | 'stderr';

const FLUSH_MS = 20;
const FLUSH_CHARACTERS = 32_768;

/** Gathers what a cell prints and sends it in pieces, in order, under the cell that printed it. */
export class CellStreams {
  readonly #send: (message: FromUser) => void;
  readonly #cell: () => string;
  #pending: { cell: string; name: StreamName; parts: string[]; length: number } | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(send: (message: FromUser) => void, cell: () => string) {
    this.#send = send;
    this.#cell = cell;
  }

  /** Puts `console` and `process.stdout`/`stderr` of this process under cells. */
  install(): void {
    const console = globalThis.console;
    const line =
      (name: StreamName) =>
      (...values: unknown[]) =>
        this.write(name, `${format(...values)}\n`);
    Object.assign(console, {
      log: line('stdout'),
      info: line('stdout'),
      debug: line('stdout'),
      warn: line('stderr'),
      error: line('stderr')
    });
    for (const name of ['stdout', 'stderr'] as const) {
      const write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
        this.write(name, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
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
    const cell = this.#cell();
    const pending = this.#pending;
    if (pending !== null && (pending.cell !== cell || pending.name !== name)) this.flush();
    this.#pending ??= { cell, name, parts: [], length: 0 };
    this.#pending.parts.push(text);
    this.#pending.length += text.length;
    if (this.#pending.length >= FLUSH_CHARACTERS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref();
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
}
