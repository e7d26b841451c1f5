import type { LanguageSession } from '../language/language-session.js';
import { prepareCell } from '../transform/cell.js';
import { CellNames } from '../transform/names.js';
import type { CellError, Payload } from '../user/messages.js';
import type { JupyterMessage } from '../wire/message.js';
import { textOf } from '../wire/text.js';
import type { DoneArrival } from '../wire/user-frames.js';
import { INTERRUPTED, processEnded, shownError } from './cell-errors.js';
import { CellQueue, type CellWork } from './cell-queue.js';
import type { FederatedCells } from './federated-cells.js';
import type { History } from './history.js';
import type { Outputs } from './outputs.js';
import type { KernelSockets } from './sockets.js';
import type { UserRuntime } from './user-runtime.js';

interface Outcome {
  /** JSON of the MIME bundle; empty = none. */
  readonly result: Uint8Array;
  readonly error: CellError | null;
  readonly expressions: Readonly<Record<string, unknown>>;
  /** False when type errors kept the cell from running. */
  readonly ran?: false;
}

interface Running {
  readonly message: JupyterMessage;
  readonly abort: AbortController;
  readonly payload: Payload[];
  readonly finish: (outcome: Outcome) => void;
}

/** What the life of a cell needs. */
export interface ExecutorParts {
  readonly sockets: KernelSockets;
  readonly outputs: Outputs;
  readonly history: History;
  readonly user: UserRuntime;
  /** Loaded at the first federated cell. */
  readonly federated: () => Promise<FederatedCells>;
  /** Called when a cell has ended. */
  readonly ended: (cell: string) => void;
  /** Type checks before a cell, names and stale marks after it. */
  readonly language: Pick<LanguageSession, 'beforeRun' | 'afterRun'>;
}

const NOTHING = { result: new Uint8Array(0), error: null, expressions: {} };

/** The life of cells: counted, run one after the other, every output of a cell before its `idle`. */
export class Executor {
  readonly #parts: ExecutorParts;
  readonly #names = new CellNames();
  readonly #running = new Map<string, Running>();
  readonly #queue: CellQueue;
  #count = 0;
  #latest = '';

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
    const work: CellWork = {
      run: message => this.#execute(message),
      abort: message => this.#aborted(message)
    };
    this.#queue = new CellQueue(work);
  }

  /** Adds a cell to the queue. */
  enqueue(message: JupyterMessage): void {
    this.#queue.add(message);
  }

  /** Stops the running cells; a federated run is cancelled. */
  interrupt(): void {
    for (const [id, { abort }] of this.#running) {
      abort.abort();
      this.#parts.user.interrupt(id);
    }
  }

  /** The request of a running cell. */
  request(cell: string): JupyterMessage | undefined {
    return this.#running.get(cell)?.message;
  }

  /** Aborted when the cell is interrupted. A cell that has ended cannot be. */
  signal(cell: string): AbortSignal {
    return (this.#running.get(cell)?.abort ?? new AbortController()).signal;
  }

  /** The cell that output of unknown origin belongs to: the latest that was started. */
  get latest(): string {
    return this.#latest;
  }

  /** Adds a payload to the reply of a running cell. */
  payload(cell: string, payload: Payload): void {
    this.#running.get(cell)?.payload.push(payload);
  }

  /** Takes the end of a cell; all its output has arrived before. */
  done(message: DoneArrival): void {
    this.#running.get(message.id)?.finish(message);
  }

  /** The process of user code ended: so do the running cells. */
  userEnded(reason: string): void {
    this.#names.clear();
    for (const { finish } of this.#running.values())
      finish({ ...NOTHING, error: processEnded(reason) });
  }

  async #execute(
    message: JupyterMessage
  ): Promise<{ readonly failed: boolean; readonly answer: () => void }> {
    const { outputs, sockets } = this.#parts;
    const source = textOf(message.content, 'code');
    const silent = message.content['silent'] === true;
    outputs.status('busy', message);
    const count = this.#counted(message, source, silent);
    if (!silent)
      sockets.publish('execute_input', { code: source, execution_count: count }, message.header);
    const { outcome, payload } = await this.#run(message, source, count);
    const { result, error, expressions } = outcome;
    if (error !== null && !silent) sockets.publish('error', error, message.header);
    else if (result.length > 0 && !silent)
      sockets.publish('execute_result', withCount(count, result), message.header);
    const reply =
      error === null
        ? { status: 'ok', user_expressions: expressions, payload }
        : { status: 'error', ...error, user_expressions: {}, payload };
    const answer = () => {
      sockets.reply('shell', 'execute_reply', { ...reply, execution_count: count }, message);
      outputs.status('idle', message);
      const { cellId: cell } = message.metadata;
      if (outcome.ran !== false)
        this.#parts.language.afterRun({
          cell: typeof cell === 'string' ? cell : null,
          count,
          source
        });
    };
    const failed = error !== null && !silent && message.content['stop_on_error'] !== false;
    return { failed, answer };
  }

  #counted(message: JupyterMessage, source: string, silent: boolean): number {
    if (silent || message.content['store_history'] === false) return this.#count;
    this.#count += 1;
    this.#parts.history.add(this.#count, source);
    return this.#count;
  }

  #aborted(message: JupyterMessage): void {
    const { outputs, sockets } = this.#parts;
    outputs.status('busy', message);
    const content = { status: 'aborted', execution_count: this.#count };
    sockets.reply('shell', 'execute_reply', content, message);
    outputs.status('idle', message);
  }

  async #run(
    message: JupyterMessage,
    source: string,
    count: number
  ): Promise<{ readonly outcome: Outcome; readonly payload: readonly Payload[] }> {
    const id = message.header.msg_id;
    this.#parts.outputs.remember(message);
    const abort = new AbortController();
    const payload: Payload[] = [];
    let finish: (outcome: Outcome) => void = () => undefined;
    const finished = new Promise<Outcome>(resolve => {
      finish = resolve;
    });
    this.#latest = id;
    this.#running.set(id, { message, abort, payload, finish });
    try {
      const started = this.#start(message, source, { count, signal: abort.signal });
      // A cell that ran to its end in this process has an outcome; one in user code is waited for.
      const outcome = await Promise.race([started.then(early => early ?? finished), finished]);
      return { outcome, payload };
    } catch (error) {
      return { outcome: { ...NOTHING, error: shownError(error) }, payload };
    } finally {
      this.#running.delete(id);
      this.#parts.ended(id);
    }
  }

  /** Starts a cell; its outcome when it does not run in user code. */
  async #start(
    message: JupyterMessage,
    source: string,
    { count, signal }: { count: number; signal: AbortSignal }
  ): Promise<Outcome | null> {
    const id = message.header.msg_id;
    const check = this.#parts.language.beforeRun(source);
    const refused = check === null ? null : await check;
    if (refused !== null) return { ...NOTHING, error: refused, ran: false };
    if (source.trimStart().startsWith('%%federated')) {
      await (await this.#parts.federated()).run(source, id, signal);
      return NOTHING;
    }
    const name = `cell-${count}.ts`;
    const prepared = prepareCell(source, this.#names, name);
    const expressions = (message.content['user_expressions'] ?? {}) as Record<string, string>;
    await this.#parts.user.ready();
    if (signal.aborted) return { ...NOTHING, error: INTERRUPTED };
    await this.#parts.user.send({ type: 'evaluate', id, name, ...prepared, expressions });
    return null;
  }
}

/** The JSON object of a result with its count, without parsing what may be megabytes. */
function withCount(count: number, bundle: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`{"execution_count":${count},`), bundle.subarray(1)]);
}
