import { Session, type Runtime } from 'node:inspector';

const HOOK = Symbol.for('wardbook.kernel.take');
/** What the hook was called with, and what it gives back: values cross to V8's inspector and back by it. */
const crossing: { taken: unknown; given: unknown } = { taken: undefined, given: undefined };

/** Parameters of an evaluation; Node's types lack some of them. */
export type EvaluateParameters = Runtime.EvaluateParameterType & {
  readonly replMode?: boolean;
  readonly throwOnSideEffect?: boolean;
  readonly timeout?: number;
};

/** Makes the hook known to this realm. */
export function installHook(): void {
  Object.defineProperty(globalThis, HOOK, {
    enumerable: false,
    configurable: true,
    writable: false,
    value: (value?: unknown) => {
      crossing.taken = value;
      return crossing.given;
    }
  });
}

/** One session with the inspector of this thread. All sessions see the same names. */
export class ReplSession {
  readonly #session = new Session();
  readonly #hook: string;

  /** Connects. The hook must be installed. */
  constructor() {
    this.#session.connect();
    let hook = '';
    const expression = `globalThis[Symbol.for('wardbook.kernel.take')]`;
    this.#session.post('Runtime.evaluate', { expression }, (_error, answer) => {
      hook = answer.result.objectId ?? '';
    });
    // The session answers before `post` returns.
    this.#hook = hook;
  }

  /** Evaluates. @throws what the inspector says when it refuses, or when the evaluation is stopped */
  evaluate(parameters: EvaluateParameters): Promise<Runtime.EvaluateReturnType> {
    return this.#post('Runtime.evaluate', parameters);
  }

  /** Names that cells have declared. */
  async names(): Promise<string[]> {
    const { names } = await this.#post<Runtime.GlobalLexicalScopeNamesReturnType>(
      'Runtime.globalLexicalScopeNames',
      {}
    );
    return [...new Set(names)];
  }

  /** Assigns a value to a variable of the cells. */
  async assign(name: string, value: unknown): Promise<void> {
    crossing.given = value;
    await this.evaluate({
      expression: `${name} = globalThis[Symbol.for('wardbook.kernel.take')]()`,
      replMode: true,
      silent: true
    });
    crossing.given = undefined;
  }

  /** The value that the inspector speaks of. Nothing here waits. */
  take({ objectId, unserializableValue, type, value }: Runtime.RemoteObject): unknown {
    if (objectId === undefined) {
      if (unserializableValue !== undefined) return unserialized(unserializableValue);
      return type === 'undefined' ? undefined : value;
    }
    this.#session.post('Runtime.callFunctionOn', {
      objectId: this.#hook,
      functionDeclaration: 'function (value) { this(value); }',
      arguments: [{ objectId }],
      silent: true
    });
    const { taken } = crossing;
    crossing.taken = undefined;
    this.#session.post('Runtime.releaseObject', { objectId });
    return taken;
  }

  /** Ends the session: nobody hears of an evaluation that still waits. */
  close(): void {
    this.#session.disconnect();
  }

  #post<Answer>(method: string, parameters: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, parameters, (error: Error | null, result?: unknown) => {
        if (error) reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
        else resolve(result as Answer);
      });
    });
  }
}

function unserialized(text: string): unknown {
  if (text.endsWith('n')) return BigInt(text.slice(0, -1));
  if (text === '-0') return -0;
  return Number(text);
}
