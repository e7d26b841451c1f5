import { writtenName } from '../transform/names.js';
import type { Evaluator } from './evaluator.js';
import type { CellError, FromUser, ToUser } from './messages.js';
import { mimeOf } from './mime.js';
import type { Sources } from './sources.js';

/** What questions without side effects need. */
export interface IntrospectionParts {
  readonly evaluator: Evaluator;
  readonly sources: Sources;
  readonly send: (message: FromUser) => void;
  readonly errorOf: (error: unknown) => CellError;
}

const PLAN_MS = 2_000;
const VALUE_MS = 200;

/** Answers that must not change anything: plans of federated cells, names, values. V8 forbids side effects. */
export class Introspection {
  readonly #parts: IntrospectionParts;

  constructor(parts: IntrospectionParts) {
    this.#parts = parts;
  }

  /** A plan; what V8 refuses sends nothing to any hospital. */
  async plan({ id, name, ...evaluated }: Extract<ToUser, { type: 'plan' }>): Promise<void> {
    const { evaluator, sources } = this.#parts;
    // The last line calls the function that the body is in.
    sources.add(name, { ...evaluated, kernelFrom: evaluated.code.split('\n').length });
    try {
      const code = `${evaluated.code}\n//# sourceURL=${name}`;
      const value = await evaluator.evaluatePure(code, PLAN_MS);
      this.#reply(id, { plan: JSON.parse(JSON.stringify(value ?? null)) as unknown });
    } catch (error) {
      this.#reply(id, {
        error: isSideEffect(error) ? sideEffectIn(name) : this.#parts.errorOf(error)
      });
    }
  }

  /** Names after a member expression; all names for ''. */
  async complete({ id, expression }: Extract<ToUser, { type: 'complete' }>): Promise<void> {
    this.#reply(id, expression === '' ? await this.#allNames() : await this.#members(expression));
  }

  /** Text of a value; null when there is none. */
  async inspect({ id, expression }: Extract<ToUser, { type: 'inspect' }>): Promise<void> {
    try {
      const value = await this.#parts.evaluator.evaluatePure(expression, VALUE_MS);
      this.#reply(id, (await mimeOf(value)).data['text/plain'] ?? null);
    } catch {
      this.#reply(id, null);
    }
  }

  async #allNames(): Promise<string[]> {
    const own = await this.#parts.evaluator.names();
    const all = [...own.map(writtenName), ...Object.getOwnPropertyNames(globalThis)];
    return [...new Set(all)].filter(
      name => !/^\$(?:mport|importMeta|magic|const|module)$/.test(name)
    );
  }

  async #members(expression: string): Promise<string[]> {
    const code = `(() => { const names = []; let value = ${expression}; if (value === undefined || value === null) return names; for (value = Object(value); value !== null; value = Object.getPrototypeOf(value)) names.push(...Object.getOwnPropertyNames(value)); return names; })()`;
    try {
      const value = await this.#parts.evaluator.evaluatePure(code, VALUE_MS);
      return Array.isArray(value) ? [...new Set(value.map(String))] : [];
    } catch {
      return [];
    }
  }

  #reply(id: string, value: unknown): void {
    this.#parts.send({ type: 'reply', id, value });
  }
}

function isSideEffect(error: unknown): boolean {
  return error instanceof EvalError && error.message.startsWith('Possible side-effect');
}

/** What a cell shows instead of V8's words, which name no place. */
function sideEffectIn(name: string): CellError {
  const evalue = `The body of ${name} may change something: a federated cell only describes a plan.`;
  const mend =
    'Refused are assignments to names outside of it, { ...spread }, Object.assign, await and imports: put them into a cell of their own, above.';
  return { ename: 'SideEffect', evalue, traceback: [`SideEffect: ${evalue}`, mend] };
}
