import { AsyncLocalStorage } from 'node:async_hooks';
import { Session, type Runtime } from 'node:inspector';

/** How an evaluation ended. */
export type Evaluated =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'interrupted' };

const HOOK = Symbol.for('wardbook.kernel.take');

/** Evaluates prepared cells in V8's REPL mode on this thread; names live across cells. */
export class Evaluator {
  readonly #session = new Session();
  /** The evaluation that asynchronous work belongs to. */
  readonly current = new AsyncLocalStorage<string>();
  #taken: unknown = undefined;
  #hook = '';
  #stop: { readonly id: string; readonly end: () => void } | null = null;

  constructor() {
    this.#session.connect();
    Object.defineProperty(globalThis, HOOK, {
      value: (value: unknown) => (this.#taken = value),
      enumerable: false
    });
  }

  /** Makes the hook known to V8. */
  async start(): Promise<void> {
    const { result } = await this.#post('Runtime.evaluate', {
      expression: `globalThis[Symbol.for('wardbook.kernel.take')]`
    });
    this.#hook = result.objectId ?? '';
  }

  /** Evaluates a cell; `name` appears in stacks. */
  async evaluate(id: string, name: string, code: string): Promise<Evaluated> {
    const interrupted = new Promise<Evaluated>(resolve => {
      this.#stop = { id, end: () => resolve({ kind: 'interrupted' }) };
    });
    const evaluation = this.current.run(id, () =>
      this.#post('Runtime.evaluate', {
        expression: `${code}\n//# sourceURL=${name}`,
        replMode: true,
        awaitPromise: true,
        userGesture: false
      })
    );
    // A promise left pending by an interrupt never settles: the race ends it.
    const done = evaluation.then(
      answer => this.#read(answer),
      (error: unknown): Evaluated => asInterrupt(error)
    );
    const ended = await Promise.race([done, interrupted]);
    this.#stop = null;
    return ended;
  }

  /** Ends the running evaluation for its waiters; the loop itself is stopped by the worker. */
  interrupt(id: string): void {
    if (this.#stop?.id === id) this.#stop.end();
  }

  /** Evaluates without side effects, for completion, inspection and preview. @throws when V8 refuses or the code throws */
  async evaluatePure(code: string, timeoutMs: number): Promise<unknown> {
    const answer = await this.#post('Runtime.evaluate', {
      expression: code,
      throwOnSideEffect: true,
      timeout: timeoutMs,
      silent: true
    });
    const ended = await this.#read(answer);
    if (ended.kind === 'value') return ended.value;
    throw ended.kind === 'error' ? ended.error : new Error('interrupted');
  }

  /** Names that cells have declared. */
  async names(): Promise<string[]> {
    const { names } = await this.#post('Runtime.globalLexicalScopeNames', {});
    return [...new Set(names)];
  }

  async #read(answer: Runtime.EvaluateReturnType): Promise<Evaluated> {
    if (answer.exceptionDetails) {
      const { exception, text } = answer.exceptionDetails;
      if (exception === undefined || (exception.type === 'undefined' && text === 'Uncaught'))
        return { kind: 'interrupted' };
      return { kind: 'error', error: await this.#take(exception) };
    }
    return { kind: 'value', value: await this.#take(answer.result) };
  }

  async #take(remote: Runtime.RemoteObject): Promise<unknown> {
    if (remote.objectId === undefined) {
      if (remote.unserializableValue !== undefined) return unserialized(remote.unserializableValue);
      return remote.type === 'undefined' ? undefined : remote.value;
    }
    await this.#post('Runtime.callFunctionOn', {
      objectId: this.#hook,
      functionDeclaration: 'function (value) { this(value); }',
      arguments: [{ objectId: remote.objectId }],
      silent: true
    });
    const value = this.#taken;
    this.#taken = undefined;
    await this.#post('Runtime.releaseObject', { objectId: remote.objectId });
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
    method: 'Runtime.callFunctionOn',
    parameters: Runtime.CallFunctionOnParameterType
  ): Promise<Runtime.CallFunctionOnReturnType>;
  #post(
    method: 'Runtime.releaseObject',
    parameters: Runtime.ReleaseObjectParameterType
  ): Promise<void>;
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

function asInterrupt(error: unknown): Evaluated {
  const text = error instanceof Error ? error.message : JSON.stringify(error);
  return /terminated/i.test(text) ? { kind: 'interrupted' } : { kind: 'error', error };
}

function unserialized(text: string): unknown {
  if (text.endsWith('n')) return BigInt(text.slice(0, -1));
  if (text === '-0') return -0;
  return Number(text);
}
