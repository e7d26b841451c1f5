import { setImmediate as turn } from 'node:timers/promises';
import type { JupyterMessage } from '../wire/message.js';

/** A cell that ran: `answer` sends its reply. `failed` = what waits behind it is not to run. */
export interface Answered {
  readonly failed: boolean;
  readonly answer: () => void;
}

/** What a queue does with its cells. */
export interface CellWork {
  /** Runs a cell up to its reply. */
  readonly run: (message: JupyterMessage) => Promise<Answered>;
  /** Answers a cell that does not run because one before it failed. */
  readonly abort: (message: JupyterMessage) => void;
}

/** Cells of one shell or subshell, run one after the other. */
export class CellQueue {
  readonly #work: CellWork;
  readonly #waiting: JupyterMessage[] = [];
  #busy = false;

  constructor(work: CellWork) {
    this.#work = work;
  }

  /** Adds a cell. */
  add(message: JupyterMessage): void {
    this.#waiting.push(message);
    if (!this.#busy) void this.#drain();
  }

  /** Answers every cell that waits as aborted. */
  abortAll(): void {
    for (const message of this.#waiting.splice(0)) this.#work.abort(message);
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    for (
      let message = this.#waiting.shift();
      message !== undefined;
      message = this.#waiting.shift()
    ) {
      const { failed, answer } = await this.#work.run(message);
      if (!failed) answer();
      else {
        // Cells that were sent before their client could know of the error are aborted, later ones run.
        await turn();
        const known = this.#waiting.splice(0);
        answer();
        for (const waiting of known) this.#work.abort(waiting);
      }
    }
    this.#busy = false;
  }
}
