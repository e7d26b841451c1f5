import { AsyncLocalStorage } from 'node:async_hooks';
import type { Runtime } from 'node:inspector';
import { asyncStackCleaner } from './async-stack.js';
import { installHook, ReplSession } from './repl-session.js';
import { isUserCodeRunning } from './user-code.js';
import { RunningCells, RUNNING_CELLS_BYTES } from './running-cells.js';

/** How an evaluation ended. */
export type Evaluated =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'interrupted' };

/** How work under a cell ended. */
export type Worked<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'interrupted' };

const MAY_STOP = Symbol.for('wardbook.kernel.may-stop');
/** The debugger calls it before it ends what stands at a breakpoint. */
const STOPPING = Symbol.for('wardbook.kernel.stopping');
/** A stop that was agreed is on its way to V8 in this time, or never. */
const STOP_MS = 250;
const EARLY_KEPT = 100;

/** Evaluates prepared cells in V8's REPL mode on this thread; names live across cells. */
export class Evaluator {
  /** The evaluation that asynchronous work belongs to. */
  readonly current = new AsyncLocalStorage<string>();
  /** Memory that tells the interrupt thread which cell runs. */
  readonly shared = new SharedArrayBuffer(RUNNING_CELLS_BYTES);
  readonly #cells = new RunningCells(this.shared);
  readonly #early = new Set<string>();
  /** Stops that were agreed so far. */
  #agreed = 0;
  readonly #stops = new Map<string, () => void>();
  /** Sessions in which nothing waits; the last one is used first. */
  readonly #free: ReplSession[] = [];
  /** Sessions of cells that are being evaluated. */
  readonly #busy = new Map<ReplSession, string>();

  constructor() {
    installHook();
    this.#free.push(new ReplSession());
    const cleanAsyncStack = asyncStackCleaner();
    // The interrupt thread calls it on this thread, on top of what runs.
    const mayStop = (ids: readonly string[]) => {
      if (!ids.some(id => this.#mayStop(id)) || !isUserCodeRunning()) return this.#cells.refuse();
      stopping();
      this.#cells.agree(STOP_MS);
    };
    const stopping = () => {
      cleanAsyncStack();
      this.#agreed += 1;
    };
    Object.defineProperty(globalThis, MAY_STOP, { value: mayStop, configurable: true });
    Object.defineProperty(globalThis, STOPPING, { value: stopping, configurable: true });
  }

  /**
   * Runs work of a cell so that an interrupt ends it, whatever it is at: code, an await, a display of its result.
   *
   * @param ended called once, from an interrupt at once: V8 forgets waiting promises when it stops a loop among them
   */
  within<T>(id: string, work: () => Promise<T>, ended: (worked: Worked<T>) => void): void {
    let isOpen = true;
    const finish = (worked: Worked<T>) => {
      if (!isOpen) return;
      isOpen = false;
      this.#stops.delete(id);
      this.#cells.end(id);
      ended(worked);
    };
    const interrupted = () => {
      this.#leave(id);
      finish({ kind: 'interrupted' });
    };
    if (this.#early.delete(id)) return interrupted();
    this.#stops.set(id, interrupted);
    this.#cells.begin(id);
    this.current.run(id, work).then(
      value => finish({ kind: 'done', value }),
      (error: unknown) => finish({ kind: 'failed', error })
    );
  }

  /** Evaluates a cell's code; `name` appears in stacks. */
  async evaluate(name: string, code: string): Promise<Evaluated> {
    const session = this.#free.pop() ?? new ReplSession();
    this.#busy.set(session, this.current.getStore() ?? '');
    const agreed = this.#agreed;
    try {
      const answer = await session.evaluate({
        expression: `${code}\n//# sourceURL=${name}`,
        replMode: true,
        awaitPromise: true,
        userGesture: false
      });
      return read(session, answer);
    } catch (error) {
      // Node 22 and later call a stop an internal error.
      return this.#agreed > agreed ? { kind: 'interrupted' } : asInterrupt(error);
    } finally {
      if (this.#busy.delete(session)) this.#free.push(session);
    }
  }

  /** Ends a cell for its waiters, also one that has not begun; a loop is stopped by the interrupt thread. */
  interrupt(id: string): void {
    this.#cells.hear();
    const stop = this.#stops.get(id);
    if (stop) return stop();
    if (id === '*' || this.#cells.stageOf(id) === 'ended') return;
    if (this.#early.size < EARLY_KEPT) this.#early.add(id);
  }

  /** Evaluates without side effects, for completion, inspection and preview. @throws when V8 refuses or the code throws */
  async evaluatePure(code: string, timeoutMs: number): Promise<unknown> {
    const session = this.#any();
    const answer = await session.evaluate({
      expression: code,
      throwOnSideEffect: true,
      timeout: timeoutMs,
      silent: true
    });
    const ended = read(session, answer);
    if (ended.kind === 'value') return ended.value;
    throw ended.kind === 'error' ? ended.error : new Error('interrupted');
  }

  /** Gives a name a value: the variable of the cells where there is one, else a property of `globalThis`. */
  async assign(name: string, value: unknown): Promise<void> {
    if ((await this.names()).includes(name)) return this.#any().assign(name, value);
    Object.defineProperty(globalThis, name, {
      value,
      configurable: true,
      writable: true,
      enumerable: true
    });
  }

  /** Names that cells have declared. */
  async names(): Promise<string[]> {
    return this.#any().names();
  }

  /** A session for a question that is answered at once. */
  #any(): ReplSession {
    const [free = new ReplSession()] = this.#free;
    if (this.#free.length === 0) this.#free.push(free);
    return free;
  }

  /**
   * Ends the session of a cell that is left at an await. Node 22 dies when a promise that a session waits for is
   * collected: it calls the session in the middle of V8's work.
   */
  #leave(id: string): void {
    for (const [session, cell] of this.#busy)
      if (cell === id && this.#busy.delete(session)) session.close();
  }

  /** Whether what runs on this thread is for an interrupt of that cell to stop. */
  #mayStop(id: string): boolean {
    const owner = this.current.getStore();
    if (id === '*' || owner === id || owner === undefined) return true;
    // Left-over code of an earlier cell stands in the way of one that awaits or has not begun.
    return !this.#stops.has(owner) && this.#cells.stageOf(id) !== 'ended';
  }
}

function read(session: ReplSession, answer: Runtime.EvaluateReturnType): Evaluated {
  if (answer.exceptionDetails) {
    const { exception, text } = answer.exceptionDetails;
    if (exception === undefined || (exception.type === 'undefined' && text === 'Uncaught'))
      return { kind: 'interrupted' };
    return { kind: 'error', error: session.take(exception) };
  }
  return { kind: 'value', value: session.take(answer.result) };
}

function asInterrupt(error: unknown): Evaluated {
  const text = error instanceof Error ? error.message : JSON.stringify(error);
  return /terminated/i.test(text) ? { kind: 'interrupted' } : { kind: 'error', error };
}
