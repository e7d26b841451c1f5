import type { Debugger } from '../debugger/debugger.js';
import type { LanguageSession } from '../language/language-session.js';
import { prepareCell } from '../transform/cell.js';
import { CellNames } from '../transform/names.js';
import type { CellError, Payload } from '../user/messages.js';
import type { JupyterMessage } from '../wire/message.js';
import { textOf } from '../wire/text.js';
import type { DoneArrival } from '../wire/user-frames.js';
import { INTERRUPTED, processEnded, shownError, tookTooLong } from './cell-errors.js';
import type { FederatedCells } from './federated-cells.js';
import { helpOn } from './help-cell.js';
import type { Outputs } from './outputs.js';
import { TimeLimits } from './time-limits.js';
import type { UserRuntime } from './user-runtime.js';

/** How a cell ended. */
export interface Outcome {
  /** JSON of the MIME bundle; empty = none. */
  readonly result: Uint8Array;
  readonly error: CellError | null;
  readonly expressions: Readonly<Record<string, unknown>>;
  /** False when it was refused before any of it ran. */
  readonly ran: boolean;
  readonly payload: readonly Payload[];
}

/** What running a cell needs. */
export interface RunParts {
  readonly outputs: Outputs;
  readonly user: UserRuntime;
  readonly language: Pick<LanguageSession, 'beforeRun'>;
  readonly debug: Pick<Debugger, 'beforeRun' | 'interrupt'>;
  /** Loaded at the first federated cell. */
  readonly federated: () => Promise<FederatedCells>;
  /** What is known of the name at the end of a text, by MIME type. */
  readonly describe: (text: string) => Promise<Record<string, string> | null>;
  /** Called when a cell has ended. */
  readonly ended: (cell: string) => void;
  /** Longest time of one cell without its time at breakpoints, seconds; null = no limit. */
  readonly cellSeconds: number | null;
}

/** A cell as it is handed to a run. */
export interface Cell {
  readonly message: JupyterMessage;
  readonly source: string;
  /** Name of the cell in stacks. */
  readonly name: string;
}

interface Running extends Cell {
  readonly id: string;
  readonly abort: AbortController;
  readonly payload: Payload[];
  readonly finish: (outcome: Ended) => void;
}

type Ended = Omit<Outcome, 'payload'>;

const NOTHING: Ended = { result: new Uint8Array(0), error: null, expressions: {}, ran: true };

/** The cells that run at this moment, at most one of each shell. */
export class CellRuns {
  readonly #parts: RunParts;
  readonly #names = new CellNames();
  readonly #running = new Map<string, Running>();
  readonly #limits = new TimeLimits();
  #latest = '';

  constructor(parts: RunParts) {
    this.#parts = parts;
    parts.user.onPaused(isPaused => this.#limits.hold(isPaused));
  }

  /** The cell that output of unknown origin belongs to: the latest that was started; '' before the first. */
  get latest(): string {
    return this.#latest;
  }

  /** The request of a running cell; null when none runs. */
  get current(): JupyterMessage | null {
    return [...this.#running.values()].at(-1)?.message ?? null;
  }

  /** The request of a running cell. */
  request(cell: string): JupyterMessage | undefined {
    return this.#running.get(cell)?.message;
  }

  /** Aborted when the cell is interrupted. A cell that has ended cannot be. */
  signal(cell: string): AbortSignal {
    return (this.#running.get(cell)?.abort ?? new AbortController()).signal;
  }

  /** Adds a payload to the reply of a running cell. */
  payload(cell: string, payload: Payload): void {
    this.#running.get(cell)?.payload.push(payload);
  }

  /** Takes the end of a cell; all its output has arrived before. */
  done(message: DoneArrival): void {
    const { result, error, expressions } = message;
    this.#running.get(message.id)?.finish({ ...NOTHING, result, error, expressions });
  }

  /** Stops the running cells; a federated run is cancelled. */
  interrupt(): void {
    // A timer of an earlier cell may keep user code from answering although no cell runs.
    this.#parts.debug.interrupt();
    if (this.#running.size === 0) this.#parts.user.interrupt('*');
    for (const running of this.#running.values()) this.#stop(running);
  }

  /** The process of user code ended: so do the running cells. `reason` in words. */
  userEnded(reason: string): void {
    this.#names.clear();
    for (const { finish } of this.#running.values())
      finish({ ...NOTHING, error: processEnded(reason) });
  }

  /** Runs a cell to its end; never rejects. */
  async run(cell: Cell): Promise<Outcome> {
    const id = cell.message.header.msg_id;
    let finish: (outcome: Ended) => void = () => undefined;
    const finished = new Promise<Ended>(resolve => {
      finish = resolve;
    });
    const running = { ...cell, id, abort: new AbortController(), payload: [], finish };
    this.#parts.outputs.remember(cell.message);
    this.#latest = id;
    this.#running.set(id, running);
    const endLimit = this.#limit(running);
    try {
      // A cell that ran to its end in this process has an outcome; one in user code is waited for.
      const early = await Promise.race([this.#start(running), finished]);
      return { ...(early ?? (await finished)), payload: running.payload };
    } catch (error) {
      return { ...NOTHING, error: shownError(error), payload: running.payload };
    } finally {
      endLimit();
      this.#running.delete(id);
      this.#parts.ended(id);
    }
  }

  /** Starts a cell; its outcome when it does not run in user code. */
  async #start(running: Running): Promise<Ended | null> {
    const { id, source, name, message, abort } = running;
    const { user, language, federated, debug } = this.#parts;
    const help = helpOn(source);
    if (help !== null) return this.#help(help, running);
    const check = language.beforeRun(source);
    const refused = check === null ? null : await check;
    if (refused !== null) return { ...NOTHING, error: refused, ran: false };
    if (source.trimStart().startsWith('%%federated')) {
      await (await federated()).run(source, { id, name, signal: abort.signal });
      return NOTHING;
    }
    const prepared = prepareCell(source, this.#names, name);
    if (!user.isReady) await user.ready();
    if (abort.signal.aborted) return { ...NOTHING, error: INTERRUPTED };
    // It may have ended meanwhile, with the process that was to run it.
    if (!this.#running.has(id)) return null;
    const armed = debug.beforeRun(name, prepared);
    if (armed !== null) await armed;
    if (!this.#running.has(id)) return null;
    const expressions = expressionsOf(message);
    user.sendNow({ type: 'evaluate', id, name, ...prepared, expressions });
    return null;
  }

  async #help(text: string, { id, payload }: Running): Promise<Ended> {
    const data = await this.#parts.describe(text);
    if (data !== null) payload.push({ source: 'page', data, start: 0 });
    else
      this.#parts.outputs.under(id, 'stream', {
        name: 'stdout',
        text: `Nothing is known of ${text}.\n`
      });
    return NOTHING;
  }

  #stop({ id, abort, finish }: Running): void {
    abort.abort();
    if (!this.#parts.user.isReady) finish({ ...NOTHING, error: INTERRUPTED });
    this.#parts.user.interrupt(id);
  }

  #limit(running: Running): () => void {
    const { cellSeconds } = this.#parts;
    if (cellSeconds === null) return () => undefined;
    return this.#limits.start(cellSeconds * 1_000, () => {
      running.finish({ ...NOTHING, error: tookTooLong(cellSeconds) });
      this.#stop(running);
    });
  }
}

function expressionsOf({ content }: JupyterMessage): Record<string, string> {
  const wanted = content['user_expressions'];
  if (typeof wanted !== 'object' || wanted === null) return {};
  return Object.fromEntries(
    Object.keys(wanted).map(name => [name, textOf(wanted as Record<string, unknown>, name)])
  );
}
