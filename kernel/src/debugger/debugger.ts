import type { JupyterMessage } from '../wire/message.js';
import { commandsOf, type Command } from './commands.js';
import { dapReply, dapRequest, type DapAnswer, type DapRequest, type Fields } from './dap.js';
import { DebugSession, type DebuggedUser } from './session.js';
import type { EvaluatedSource } from '../user/sources.js';

/** Publishes an event under the request that the client made last. */
export type PublishEvent = (content: Fields, parent: JupyterMessage | null) => void;

/** A debugger that does not answer delays a cell for so long, ms. */
const PREPARE_MS = 2_000;

/** Debug adapter of the kernel: answers debug_request also while user code is busy or stands at a breakpoint. */
export class Debugger {
  readonly #session: DebugSession;
  readonly #commands: ReadonlyMap<string, Command>;
  #parent: JupyterMessage | null = null;
  #seq = 0;

  constructor(user: DebuggedUser, publish: PublishEvent) {
    this.#session = new DebugSession(user, (event, body) =>
      publish({ type: 'event', seq: this.#next(), event, body }, this.#parent)
    );
    this.#tell = (event, parent) =>
      publish({ type: 'event', seq: this.#next(), event, body: {} }, parent);
    this.#commands = commandsOf(this.#session);
  }

  readonly #tell: (event: string, parent: JupyterMessage) => void;

  /** Content of the reply to a debug_request; never rejects. */
  async handle(message: JupyterMessage): Promise<Record<string, unknown>> {
    this.#parent = message;
    const request = dapRequest(message.content);
    const answer = await this.#answer(request);
    const reply = dapReply(request, this.#next(), answer);
    if (answer.success && request.command === 'attach') this.#tell('initialized', message);
    if (answer.success && request.command === 'terminate') this.#tell('terminated', message);
    return { ...reply };
  }

  /** Notes a cell that is about to run; a promise when its breakpoints are being set. Never rejects. */
  beforeRun(name: string, evaluated: EvaluatedSource): Promise<void> | null {
    this.#session.scripts.add(name, evaluated);
    if (!this.#session.isStarted) return null;
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => (limit = setTimeout(resolve, PREPARE_MS)));
    const prepared = this.#session.prepare(name).catch(() => undefined);
    return Promise.race([prepared, late]).finally(() => clearTimeout(limit));
  }

  /** Ends what stands at a breakpoint; what runs is left to the interrupt itself. */
  interrupt(): void {
    this.#session.interrupt();
  }

  /** The process of user code ended. */
  userEnded(): void {
    this.#session.userEnded();
  }

  async #answer({ command, arguments: fields }: DapRequest): Promise<DapAnswer> {
    const run = this.#commands.get(command);
    if (run === undefined)
      return {
        success: false,
        message: `This debugger has no command ${command || 'without a name'}.`
      };
    try {
      return { success: true, body: await run(fields) };
    } catch (error) {
      return { success: false, message: error instanceof Error ? error.message : String(error) };
    }
  }

  #next(): number {
    this.#seq += 1;
    return this.#seq;
  }
}
