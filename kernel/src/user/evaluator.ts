import { AsyncLocalStorage } from 'node:async_hooks';
import { Session, type Runtime } from 'node:inspector';
import { asyncStackCleaner } from './async-stack.js';
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

const HOOK = Symbol.for('wardbook.kernel.take');
const MAY_STOP = Symbol.for('wardbook.kernel.may-stop');
/** A stop that was agreed is on its way to V8 in this time, or never. */
const STOP_MS = 250;
const EARLY_KEPT = 100;

/** Evaluates prepared cells in V8's REPL mode on this thread; names live across cells. */
export class Evaluator {
  readonly #session = new Session();
  /** The evaluation that asynchronous work belongs to. */
  readonly current = new AsyncLocalStorage<string>();
  /** Memory that tells the interrupt thread which cell runs. */
  readonly shared = new SharedArrayBuffer(RUNNING_CELLS_BYTES);
  readonly #cells = new RunningCells(this.shared);
  readonly #early = new Set<string>();
  #taken: unknown = undefined;
  #given: unknown = undefined;
  #hook = '';
  readonly #stops = new Map<string, () => void>();
  /** This thread has agreed that V8 stops what it runs. */
  #agreed = false;

  constructor() {
    this.#session.connect();
    const hidden = { enumerable: false, configurable: true, writable: false };
    Object.defineProperty(globalThis, HOOK, {
      ...hidden,
      value: (value?: unknown) => {
        this.#taken = value;
        return this.#given;
      }
    });
    const cleanAsyncStack = asyncStackCleaner();
    // The interrupt thread calls it on this thread, on top of what runs.
    const mayStop = (ids: readonly string[]) => {
      if (!isUserCodeRunning() || !ids.some(id => this.#mayStop(id))) return this.#cells.refuse();
      cleanAsyncStack();
      this.#agreed = true;
      this.#cells.agree(STOP_MS);
    };
    Object.defineProperty(globalThis, MAY_STOP, { ...hidden, value: mayStop });
  }

  /** Makes the hook known to V8. */
  async start(): Promise<void> {
    const { result } = await this.#post('Runtime.evaluate', {
      expression: `globalThis[Symbol.for('wardbook.kernel.take')]`
    });
    this.#hook = result.objectId ?? '';
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
    const interrupted = () => finish({ kind: 'interrupted' });
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
    try {
      const answer = await this.#post('Runtime.evaluate', {
        expression: `${code}\n//# sourceURL=${name}`,
        replMode: true,
        awaitPromise: true,
        userGesture: false
      });
      return this.#read(answer);
    } catch (error) {
      const agreed = this.#agreed;
      this.#agreed = false;
      return isStop(error, agreed) ? { kind: 'interrupted' } : { kind: 'error', error };
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
    const answer = await this.#post('Runtime.evaluate', {
      expression: code,
      throwOnSideEffect: true,
      timeout: timeoutMs,
      silent: true
    });
    const ended = this.#read(answer);
    if (ended.kind === 'value') return ended.value;
    throw ended.kind === 'error' ? ended.error : new Error('interrupted');
  }

  /** Gives a name a value: the variable of the cells where there is one, else a property of `globalThis`. */
  async assign(name: string, value: unknown): Promise<void> {
    if (!(await this.names()).includes(name)) {
      Object.defineProperty(globalThis, name, {
        value,
        configurable: true,
        writable: true,
        enumerable: true
      });
      return;
    }
    this.#given = value;
    await this.#post('Runtime.evaluate', {
      expression: `${name} = globalThis[Symbol.for('wardbook.kernel.take')]()`,
      replMode: true,
      silent: true
    });
    this.#given = undefined;
  }

  /** Names that cells have declared. */
  async names(): Promise<string[]> {
    const { names } = await this.#post('Runtime.globalLexicalScopeNames', {});
    return [...new Set(names)];
  }

  /** Whether what runs on this thread is for an interrupt of that cell to stop. */
  #mayStop(id: string): boolean {
    const owner = this.current.getStore();
    if (id === '*' || owner === id || owner === undefined) return true;
    // Left-over code of an earlier cell stands in the way of one that awaits or has not begun.
    return !this.#stops.has(owner) && this.#cells.stageOf(id) !== 'ended';
  }

  #read(answer: Runtime.EvaluateReturnType): Evaluated {
    if (answer.exceptionDetails) {
      const { exception, text } = answer.exceptionDetails;
      if (exception === undefined || (exception.type === 'undefined' && text === 'Uncaught'))
        return { kind: 'interrupted' };
      return { kind: 'error', error: this.#take(exception) };
    }
    return { kind: 'value', value: this.#take(answer.result) };
  }

  // The session answers before `post` returns: nothing here waits.
  #take(remote: Runtime.RemoteObject): unknown {
    const { objectId } = remote;
    if (objectId === undefined) {
      if (remote.unserializableValue !== undefined) return unserialized(remote.unserializableValue);
      return remote.type === 'undefined' ? undefined : remote.value;
    }
    this.#session.post('Runtime.callFunctionOn', {
      objectId: this.#hook,
      functionDeclaration: 'function (value) { this(value); }',
      arguments: [{ objectId }],
      silent: true
    });
    const value = this.#taken;
    this.#taken = undefined;
    this.#session.post('Runtime.releaseObject', { objectId });
    return value;
  }

  #post(
    method: 'Runtime.evaluate',
    parameters: Runtime.EvaluateParameterType & {
      replMode?: boolean;
      throwOnSideEffect?: boolean;
      timeout?: number;
    }
  ): Promise<Runtime.EvaluateReturnType>;
  #post(
    method: 'Runtime.globalLexicalScopeNames',
    parameters: object
  ): Promise<Runtime.GlobalLexicalScopeNamesReturnType>;
  #post(method: string, parameters: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, parameters, (error: Error | null, result?: unknown) => {
        if (error) reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
        else resolve(result);
      });
    });
  }
}

// Node 20 says that execution was terminated, Node 22 and 24 call the same an internal error (−32603).
function isStop(error: unknown, agreed: boolean): boolean {
  const text = error instanceof Error ? error.message : JSON.stringify(error);
  return /terminated/i.test(text) || (agreed && text.includes('-32603'));
}

function unserialized(text: string): unknown {
  if (text.endsWith('n')) return BigInt(text.slice(0, -1));
  if (text === '-0') return -0;
  return Number(text);
}
