import { cellError } from './cell-error.js';
import type { Displays } from './display.js';
import type { Evaluator, Worked } from './evaluator.js';
import type { CellError, FromUser, ToUser } from './messages.js';
import { mimeOf, type MimeBundle } from './mime.js';
import type { Sources } from './sources.js';
import type { CellStreams } from './streams.js';

type Evaluate = Extract<ToUser, { type: 'evaluate' }>;

/** What running a cell needs. */
export interface RunnerParts {
  readonly evaluator: Evaluator;
  readonly sources: Sources;
  readonly displays: Displays;
  readonly streams: Pick<CellStreams, 'write' | 'flush'>;
  readonly send: (message: FromUser) => void;
}

interface Ended {
  readonly result: MimeBundle | null;
  readonly error: CellError | null;
  readonly expressions: Readonly<Record<string, unknown>>;
}

const INTERRUPTED: CellError = {
  ename: 'Interrupted',
  evalue: 'The cell was interrupted.',
  traceback: ['Interrupted: the cell was interrupted; variables are kept.']
};

/** Runs cells: code, value, user expressions; all of it ends at an interrupt. */
export class CellRunner {
  readonly #parts: RunnerParts;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** Runs a cell and tells how it ended; all that it printed and displayed by then is sent before. */
  run(message: Evaluate): void {
    const { evaluator, sources, streams, send } = this.#parts;
    const { id, name } = message;
    sources.add(name, message);
    evaluator.within(
      id,
      () => this.#work(message),
      worked => {
        streams.flush();
        send({ type: 'done', id, ...this.#ended(worked) });
      }
    );
  }

  #ended(worked: Worked<Ended>): Ended {
    if (worked.kind === 'done') return worked.value;
    const failed = worked.kind === 'failed';
    const error = failed ? cellError(worked.error, this.#parts.sources) : INTERRUPTED;
    return { result: null, error, expressions: {} };
  }

  async #work({ id, name, code, hasValue, warnings, expressions }: Evaluate): Promise<Ended> {
    const { evaluator, sources, displays, streams } = this.#parts;
    for (const warning of warnings) streams.write('stderr', `${warning}\n`);
    const evaluated = await evaluator.evaluate(name, code);
    await displays.settled(id);
    if (evaluated.kind === 'interrupted')
      return { result: null, error: INTERRUPTED, expressions: {} };
    if (evaluated.kind === 'error')
      return { result: null, error: cellError(evaluated.error, sources), expressions: {} };
    const { value } = evaluated;
    const errorText = (error: unknown) => cellError(error, sources).traceback.join('\n');
    const isResult = hasValue && value !== undefined && !displays.owns(value);
    const result = isResult ? await mimeOf(value, errorText) : null;
    return { result, error: null, expressions: await this.#expressions(expressions) };
  }

  async #expressions(
    expressions: Readonly<Record<string, string>>
  ): Promise<Record<string, unknown>> {
    const answers: Record<string, unknown> = {};
    for (const [name, code] of Object.entries(expressions)) {
      const ended = await this.#parts.evaluator.evaluate('expression.ts', `(${code})`);
      const fault = ended.kind === 'error' ? ended.error : new Error('interrupted');
      answers[name] =
        ended.kind === 'value'
          ? { status: 'ok', ...(await mimeOf(ended.value)) }
          : { status: 'error', ...cellError(fault, this.#parts.sources) };
    }
    return answers;
  }
}
