import { WardbookCellError } from './globals.js';
import type { CallError, FromUser } from './messages.js';

/** How requests reach the parent. */
export interface RequestPort {
  readonly send: (message: FromUser) => void;
  readonly cell: () => string;
  readonly flush: () => void;
}

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** What user code asks of the protocol process, and waits for. */
export class ParentRequests {
  readonly #port: RequestPort;
  readonly #waiting = new Map<number, Waiter>();
  #last = 0;

  constructor(port: RequestPort) {
    this.#port = port;
  }

  /** Asks the federation. @throws the coded error of the answer */
  call(method: 'study' | 'run', argument: unknown): Promise<unknown> {
    const cell = this.#port.cell();
    return this.#ask(call => ({ type: 'call', cell, call, method, argument }));
  }

  /** Asks the person at the notebook for a line. @throws when the front end cannot ask */
  async prompt(text: string, password: boolean): Promise<string> {
    const cell = this.#port.cell();
    return String(
      await this.#ask(request => ({ type: 'prompt', cell, request, text: String(text), password }))
    );
  }

  /** Takes an answer. */
  settle(id: number, outcome: { value?: unknown; error?: CallError }): void {
    const waiter = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (outcome.error) waiter?.reject(new WardbookCellError(outcome.error));
    else waiter?.resolve(outcome.value);
  }

  #ask(make: (id: number) => FromUser): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.flush();
      this.#port.send(make(id));
    });
  }
}
