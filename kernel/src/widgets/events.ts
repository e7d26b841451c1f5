/** Called with what an event brings; what it throws is shown, and nothing else stops. */
export type Listener = (...brought: never[]) => unknown;

/** Options of a wait. */
export interface Wait {
  /** Ends the wait; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Listeners and waiters of one widget. */
export class Events {
  readonly #fault: (error: unknown) => void;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #waiters = new Map<string, Set<Waiter>>();
  readonly #held = new Set<() => void>();

  /** `fault` shows an error of a listener. */
  constructor(fault: (error: unknown) => void) {
    this.#fault = fault;
  }

  /** Adds a listener; the answer removes it. */
  on(event: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Resolves with what the next event of a name brings. Rejects at the end of the widget or of the signal. */
  next(event: string, { signal }: Wait = {}): Promise<unknown> {
    // A front end holds a widget's next message back until the last one is handled: who waits lets it come.
    for (const release of this.#held) release();
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(asError(signal.reason));
      const waiters = this.#waiters.get(event) ?? new Set();
      const stop = () => {
        waiters.delete(waiter);
        reject(asError(signal?.reason));
      };
      const waiter = {
        resolve: (value: unknown) => {
          signal?.removeEventListener('abort', stop);
          resolve(value);
        },
        reject
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#waiters.set(event, waiters.add(waiter));
    });
  }

  /** Calls the listeners, then the waiters. Resolves when the listeners are done; never rejects. */
  async emit(event: string, ...brought: unknown[]): Promise<void> {
    // A listener that waits gets the event after this one.
    const waiters = [...(this.#waiters.get(event) ?? [])];
    this.#waiters.delete(event);
    const running = [...(this.#listeners.get(event) ?? [])].map(listener =>
      this.#call(listener as (...brought: unknown[]) => unknown, brought)
    );
    for (const { resolve } of waiters) resolve(brought[0]);
    await Promise.all(running);
  }

  /** Resolves when the work on a message is done, or somebody waits for the message after it. */
  async handled(work: () => Promise<unknown>): Promise<void> {
    const { promise, release } = gate();
    this.#held.add(release);
    await Promise.race([work(), promise]).finally(() => this.#held.delete(release));
  }

  /** Ends all waits. */
  end(reason: Error): void {
    const waiters = [...this.#waiters.values()].flatMap(some => [...some]);
    this.#waiters.clear();
    for (const { reject } of waiters) reject(reason);
  }

  async #call(listener: (...brought: unknown[]) => unknown, brought: unknown[]): Promise<void> {
    try {
      await listener(...brought);
    } catch (error) {
      this.#fault(error);
    }
  }
}

function gate(): { promise: Promise<void>; release: () => void } {
  let release = () => undefined as void;
  const promise = new Promise<void>(resolve => (release = resolve));
  return { promise, release };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
