import type { LanguageSession } from '../language/language-session.js';
import type { JupyterMessage } from '../wire/message.js';
import { textOf } from '../wire/text.js';
import { CellQueue, type Answered } from './cell-queue.js';
import type { CellRuns, Outcome } from './cell-runs.js';
import type { History } from './history.js';
import type { Outputs } from './outputs.js';
import type { KernelSockets } from './sockets.js';

/** What the life of a cell needs. */
export interface ExecutorParts {
  readonly sockets: KernelSockets;
  readonly outputs: Outputs;
  readonly history: History;
  readonly runs: CellRuns;
  readonly language: Pick<LanguageSession, 'afterRun'>;
}

/** The life of cells: counted, one after the other, every output of a cell before its `idle`. */
export class Executor {
  readonly #parts: ExecutorParts;
  #count = 0;
  #uncounted = 0;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  /** A queue of cells for one shell. The count is shared by all. */
  queue(): CellQueue {
    return new CellQueue({
      run: message => this.#execute(message),
      abort: message => this.#aborted(message)
    });
  }

  async #execute(message: JupyterMessage): Promise<Answered> {
    const { outputs, sockets, runs } = this.#parts;
    const source = textOf(message.content, 'code');
    const silent = message.content['silent'] === true;
    const { count, name } = this.#counted(message, source, silent);
    const shown = (type: string, content: unknown) => {
      if (!silent) sockets.publish(type, content, message.headerJson);
    };
    // User code begins at once; whatever comes of it comes in a later turn, after these two.
    const running = runs.run({ message, source, name });
    outputs.status('busy', message);
    shown('execute_input', { code: source, execution_count: count });
    const outcome = await running;
    const { result, error } = outcome;
    if (error !== null) shown('error', error);
    else if (result.length > 0) {
      shown('execute_result', withCount(count, result));
      this.#parts.history.output(count, result);
    }
    const failed = error !== null && !silent && message.content['stop_on_error'] !== false;
    return { failed, answer: () => this.#answer(message, outcome, count) };
  }

  #answer(message: JupyterMessage, outcome: Outcome, count: number): void {
    const { outputs, sockets, language } = this.#parts;
    const { error, expressions, payload, ran } = outcome;
    const reply =
      error === null
        ? { status: 'ok', execution_count: count, user_expressions: expressions, payload }
        : { status: 'error', execution_count: count, user_expressions: {}, payload, ...error };
    sockets.reply('shell', 'execute_reply', reply, message);
    outputs.status('idle', message);
    const { cellId } = message.metadata;
    const cell = typeof cellId === 'string' ? cellId : null;
    if (ran) language.afterRun({ cell, count, source: textOf(message.content, 'code') });
  }

  #counted(
    message: JupyterMessage,
    source: string,
    silent: boolean
  ): { readonly count: number; readonly name: string } {
    if (silent || message.content['store_history'] === false) {
      this.#uncounted += 1;
      return { count: this.#count, name: `uncounted-${this.#uncounted}.ts` };
    }
    this.#count += 1;
    this.#parts.history.add(this.#count, source);
    return { count: this.#count, name: `cell-${this.#count}.ts` };
  }

  #aborted(message: JupyterMessage): void {
    const { outputs, sockets } = this.#parts;
    outputs.status('busy', message);
    const content = { status: 'aborted', execution_count: this.#count };
    sockets.reply('shell', 'execute_reply', content, message);
    outputs.status('idle', message);
  }
}

/** The JSON object of a result with its count, without parsing what may be megabytes. */
function withCount(count: number, bundle: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`{"execution_count":${count},`), bundle.subarray(1)]);
}
