import { completenessOf } from '../transform/complete.js';
import type { JupyterMessage } from '../wire/message.js';
import { textOf } from '../wire/text.js';
import type { CellRuns } from './cell-runs.js';
import type { Comms } from './comms.js';
import { helpOn } from './help-cell.js';
import type { History } from './history.js';
import type { Introspection } from './introspection.js';
import type { Outputs } from './outputs.js';
import type { KernelSockets } from './sockets.js';
import { unknownSubshell, type Subshells } from './subshells.js';

/** Content of a reply. */
export type Content = Record<string, unknown>;

/** Serves debug_request: the content of the reply, and events by `debug_event`. */
export interface DebugPort {
  readonly handle: (message: JupyterMessage) => Promise<Content>;
}

/** What answering needs. */
export interface RequestParts {
  readonly sockets: KernelSockets;
  readonly outputs: Outputs;
  readonly subshells: Subshells;
  readonly runs: CellRuns;
  readonly comms: Comms;
  readonly introspection: Introspection;
  readonly history: History;
  /** null = no debugger in this kernel. */
  readonly debug: DebugPort | null;
  readonly shutdown: () => Promise<void>;
}

type Channel = 'shell' | 'control';
/** Makes the content of a reply; null when a message has none. */
type Handler = (message: JupyterMessage) => Content | null | Promise<Content | null>;

/** Answers requests at all times, also while cells run; only cells wait for each other. */
export class Requests {
  readonly #parts: RequestParts;
  readonly #handlers: ReadonlyMap<string, Handler>;

  constructor(parts: RequestParts) {
    this.#parts = parts;
    this.#handlers = new Map(Object.entries(handlers(parts)));
  }

  /** Takes a message of a client. */
  take(channel: Channel, message: JupyterMessage): void {
    const { msg_type: type } = message.header;
    const { subshells } = this.#parts;
    if (type === 'execute_request' && channel === 'shell' && subshells.add(message)) return;
    void this.#answer(channel, message);
  }

  /** Clients take the last status for the state of the kernel: says again that a cell runs. */
  stillBusy(): void {
    const { outputs, runs } = this.#parts;
    if (runs.current !== null) outputs.status('busy', runs.current);
  }

  async #answer(channel: Channel, message: JupyterMessage): Promise<void> {
    const { msg_type: type } = message.header;
    const { outputs, sockets, shutdown } = this.#parts;
    outputs.status('busy', message);
    const content = await this.#content(message);
    if (content !== null)
      sockets.reply(channel, type.replace(/_request$/, '_reply'), content, message);
    outputs.status('idle', message);
    this.stillBusy();
    if (type === 'shutdown_request') await shutdown();
  }

  async #content(message: JupyterMessage): Promise<Content | null> {
    const { msg_type: type, subshell_id: subshell } = message.header;
    if (!this.#parts.subshells.knows(message))
      return type.endsWith('_request') ? unknownSubshell(subshell) : null;
    try {
      return (await this.#handlers.get(type)?.(message)) ?? null;
    } catch (error) {
      const evalue = error instanceof Error ? error.message : String(error);
      return type.endsWith('_request') ? fault(evalue) : null;
    }
  }
}

function handlers(parts: RequestParts): Record<string, Handler> {
  const { comms, introspection, history, subshells, debug, runs } = parts;
  const take: Handler = async message => {
    await comms.take(message);
    return null;
  };
  return {
    connect_request: () => {
      const { heartbeat, ...ports } = parts.sockets.ports;
      const named = Object.entries({ ...ports, hb: heartbeat });
      return {
        status: 'ok',
        ...Object.fromEntries(named.map(([name, at]) => [`${name}_port`, at]))
      };
    },
    is_complete_request: ({ content }) => completeness(textOf(content, 'code')),
    complete_request: message => introspection.complete(message),
    inspect_request: message => introspection.inspect(message),
    history_request: async ({ content }) => ({
      status: 'ok',
      history: await history.find(content)
    }),
    comm_info_request: ({ content }) => ({
      status: 'ok',
      comms: comms.info(content['target_name'])
    }),
    comm_open: take,
    comm_msg: take,
    comm_close: take,
    create_subshell_request: () => subshells.create(),
    delete_subshell_request: ({ content }) => subshells.delete(textOf(content, 'subshell_id')),
    list_subshell_request: () => subshells.list(),
    debug_request: message => debug?.handle(message) ?? fault('This kernel has no debugger.'),
    interrupt_request: () => {
      runs.interrupt();
      return { status: 'ok' };
    },
    shutdown_request: ({ content }) => ({ status: 'ok', restart: content['restart'] === true }),
    execute_request: () => fault('Cells are run on the shell channel.')
  };
}

function completeness(source: string): Content {
  return helpOn(source) === null ? { ...completenessOf(source) } : { status: 'complete' };
}

function fault(evalue: string): Content {
  return { status: 'error', ename: 'KernelError', evalue, traceback: [evalue] };
}
