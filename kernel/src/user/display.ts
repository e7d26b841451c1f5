import type { FromUser } from './messages.js';
import { mimeOf, type ErrorText, type MimeBundle } from './mime.js';
import { Progress } from './progress.js';
import { randomId } from './random-id.js';

/** How displays leave the process. */
export interface DisplayPort {
  readonly send: (message: FromUser) => void;
  readonly cell: () => string;
  /** Sends what is printed so far, so that the order of outputs stays. */
  readonly flush: () => void;
  readonly errorText: ErrorText;
}

/** What is on the screen and can be changed later. */
export interface DisplayHandle {
  readonly id: string;
  /** Shows another value in its place. */
  readonly update: (value: unknown) => Promise<DisplayHandle>;
  /** The id, for `updateDisplay`. */
  readonly toString: () => string;
}

/** `display` and its relatives, as cells call them. */
export class Displays {
  readonly #port: DisplayPort;
  /** What `display` and its relatives give back: shown already, so no result of a cell. */
  readonly #given = new WeakSet<object>();
  readonly #pending = new Map<string, Set<Promise<unknown>>>();

  constructor(port: DisplayPort) {
    this.#port = port;
  }

  /** Shows a value. What can be shown at once is sent before this returns. */
  display(value: unknown, { displayId = randomId() } = {}): Promise<DisplayHandle> {
    return this.#own(this.#show(value, displayId, false));
  }

  /** Shows another value where a display is. */
  update(value: unknown, display: string | DisplayHandle): Promise<DisplayHandle> {
    return this.#own(this.#show(value, String(display), true));
  }

  /** Removes the cell's outputs; `wait`: at the next output. */
  clear({ wait = false } = {}): void {
    this.#port.flush();
    this.#port.send({ type: 'clear', cell: this.#port.cell(), wait });
  }

  /** A bar for `total` steps. */
  progress(total: number, { label = '' } = {}): Progress {
    const id = randomId();
    const cell = this.#port.cell();
    const send = (bundle: MimeBundle, update: boolean) => this.#send(cell, bundle, { id, update });
    return this.#own(new Progress({ total, label }, send));
  }

  /** Whether a value came from here. */
  owns(value: unknown): boolean {
    return typeof value === 'object' && value !== null && this.#given.has(value);
  }

  /** Resolves when the displays of a cell that had to wait are sent. */
  async settled(cell: string): Promise<void> {
    for (let waiting = this.#pending.get(cell); waiting?.size;) await Promise.allSettled(waiting);
    this.#pending.delete(cell);
  }

  async #show(value: unknown, id: string, update: boolean): Promise<DisplayHandle> {
    const cell = this.#port.cell();
    const bundle = mimeOf(value, this.#port.errorText);
    if (bundle instanceof Promise) await this.#later(cell, bundle, { id, update });
    else this.#send(cell, bundle, { id, update });
    return this.#own({ id, update: next => this.update(next, id), toString: () => id });
  }

  #own<T extends object>(given: T): T {
    this.#given.add(given);
    return given;
  }

  async #later(cell: string, bundle: Promise<MimeBundle>, to: Place): Promise<void> {
    const sent = bundle.then(made => this.#send(cell, made, to));
    const waiting = this.#pending.get(cell) ?? new Set();
    this.#pending.set(cell, waiting.add(sent));
    await sent.finally(() => waiting.delete(sent));
  }

  #send(cell: string, bundle: MimeBundle, { id, update }: Place): void {
    this.#port.flush();
    this.#port.send({ type: 'display', cell, bundle, displayId: id, update });
  }
}

interface Place {
  readonly id: string;
  readonly update: boolean;
}
