import type { CommMessage } from '../user/messages.js';
import type { Header, JupyterMessage } from '../wire/message.js';
import { textOf } from '../wire/text.js';
import type { KernelSockets } from './sockets.js';
import type { Outputs, PublishExtras } from './outputs.js';

type Data = Readonly<Record<string, unknown>>;

/** What a comm message brought; `parent` is the header of the message itself. */
export interface CommArrival {
  readonly data: Data;
  readonly metadata: Data;
  readonly buffers: readonly Uint8Array[];
  readonly parent: Header;
}

/** Takes a message of a comm; its promise delays the `idle` of that message. */
export type CommListener = (arrival: CommArrival) => void | Promise<void>;

/** One open comm that the protocol process serves. */
export class Comm {
  readonly id: string;
  readonly target: string;
  readonly #publish: (type: 'comm_msg' | 'comm_close', data: Data, extras: CommExtras) => void;
  #message: CommListener = () => undefined;
  #closed: () => void = () => undefined;

  constructor(
    names: { readonly id: string; readonly target: string },
    publish: (type: 'comm_msg' | 'comm_close', data: Data, extras: CommExtras) => void
  ) {
    this.id = names.id;
    this.target = names.target;
    this.#publish = publish;
  }

  /** Sends data to the front end; `parent` is the message it answers. */
  send(data: Data, extras: CommExtras = {}): void {
    this.#publish('comm_msg', data, extras);
  }

  /** Ends the comm at both sides. */
  close(data: Data = {}): void {
    this.#publish('comm_close', data, {});
  }

  /** Sets what is called for every message. */
  onMessage(listener: CommListener): void {
    this.#message = listener;
  }

  /** Sets what is called when the front end closes the comm. */
  onClose(listener: () => void): void {
    this.#closed = listener;
  }

  /** Hands a message of the front end over. */
  async arrived(arrival: CommArrival): Promise<void> {
    await this.#message(arrival);
  }

  /** Tells that the front end closed the comm. */
  ended(): void {
    this.#closed();
  }
}

/** Serves a comm that a front end opened: sets its listeners. */
export type CommTarget = (comm: Comm, opened: CommArrival) => void | Promise<void>;

/** Beside the data of a comm message. */
export interface CommExtras extends PublishExtras {
  readonly parent?: Header;
}

/** How comm messages reach the process that runs user code. */
export interface CommUser {
  /** Resolves when the listeners of user code have run, or their process ended. */
  readonly handle: (message: { readonly cell: string } & CommMessage) => Promise<void>;
}

/** All comms of the kernel: some are served by the protocol process, all others by user code. */
export class Comms {
  readonly #sockets: KernelSockets;
  readonly #outputs: Outputs;
  readonly #user: CommUser;
  readonly #targets = new Map<string, CommTarget>();
  readonly #own = new Map<string, Comm>();
  /** Target by id of the comms that user code serves. */
  readonly #forwarded = new Map<string, string>();

  constructor(sockets: KernelSockets, outputs: Outputs, user: CommUser) {
    this.#sockets = sockets;
    this.#outputs = outputs;
    this.#user = user;
  }

  /** Serves a target in the protocol process instead of user code. */
  registerTarget(name: string, serve: CommTarget): void {
    this.#targets.set(name, serve);
  }

  /** Takes comm_open, comm_msg or comm_close of a front end. Resolves when it was handled. */
  async take(message: JupyterMessage): Promise<void> {
    const id = textOf(message.content, 'comm_id');
    const own = this.#own.get(id);
    const type = message.header.msg_type;
    // Ids are public on iopub: a second opening must not take a comm over from who holds it.
    const isTaken = own !== undefined || this.#forwarded.has(id);
    if (type === 'comm_open') return isTaken ? undefined : this.#opened(id, message);
    if (own !== undefined && type === 'comm_close') return this.#ended(own);
    if (own !== undefined) return own.arrived(arrivalOf(message));
    if (!this.#forwarded.has(id)) return;
    if (type === 'comm_close') this.#forwarded.delete(id);
    const kind = type === 'comm_close' ? 'comm-close' : 'comm-msg';
    return this.#forward(message, { type: kind, commId: id, ...payload(message) });
  }

  /** Takes a comm message of user code. */
  fromUser(cell: string, message: CommMessage): void {
    const { commId: id, data, metadata, buffers } = message;
    if (message.type === 'comm-open') this.#forwarded.set(id, message.target);
    if (message.type === 'comm-close') this.#forwarded.delete(id);
    const target = message.type === 'comm-open' ? { target_name: message.target } : {};
    const type = message.type.replace('-', '_');
    this.#outputs.under(cell, type, { comm_id: id, data, ...target }, { metadata, buffers });
  }

  /** Open comms as comm_info_reply lists them; `target` keeps those of one target. */
  info(target: unknown): Record<string, { target_name: string }> {
    const all = [...this.#own.values()].map(comm => [comm.id, comm.target] as const);
    const wanted = [...all, ...this.#forwarded].filter(
      ([, name]) => typeof target !== 'string' || target === '' || name === target
    );
    return Object.fromEntries(wanted.map(([id, name]) => [id, { target_name: name }]));
  }

  /** The process of user code ended: the front end learns that its comms are gone. */
  userEnded(): void {
    for (const id of this.#forwarded.keys())
      this.#outputs.under('', 'comm_close', { comm_id: id, data: {} });
    this.#forwarded.clear();
  }

  async #opened(id: string, message: JupyterMessage): Promise<void> {
    const target = textOf(message.content, 'target_name');
    const serve = this.#targets.get(target);
    if (serve === undefined) {
      // User code closes it at once when it serves no such target either.
      this.#forwarded.set(id, target);
      const opened = { type: 'comm-open', target, commId: id, ...payload(message) } as const;
      return this.#forward(message, opened);
    }
    const comm: Comm = new Comm({ id, target }, (type, data, { parent = {}, ...extras }) => {
      if (type === 'comm_close') this.#own.delete(id);
      this.#sockets.publish(type, { comm_id: id, data }, parent, extras);
    });
    this.#own.set(id, comm);
    await serve(comm, arrivalOf(message));
  }

  #forward(message: JupyterMessage, comm: CommMessage): Promise<void> {
    this.#outputs.remember(message);
    return this.#user.handle({ cell: message.header.msg_id, ...comm });
  }

  #ended(comm: Comm): void {
    this.#own.delete(comm.id);
    comm.ended();
  }
}

function payload(message: JupyterMessage): Omit<CommArrival, 'parent'> {
  const data: unknown = message.content['data'];
  return {
    data: typeof data === 'object' && data !== null ? { ...data } : {},
    metadata: message.metadata,
    buffers: message.buffers
  };
}

function arrivalOf(message: JupyterMessage): CommArrival {
  return { ...payload(message), parent: message.header };
}
