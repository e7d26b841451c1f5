import type { JupyterMessage } from '../wire/message.js';
import type { KernelSockets } from './sockets.js';

/** What a published message may carry beside its content. */
export interface PublishExtras {
  readonly metadata?: unknown;
  readonly buffers?: readonly Uint8Array[];
}

const STATUS = {
  busy: Buffer.from('{"execution_state":"busy"}'),
  idle: Buffer.from('{"execution_state":"idle"}')
};
/** Requests that can still get output: later ones push earlier ones out. */
const REMEMBERED = 4_096;

/** Publishes under the request that an output belongs to, also long after that request was answered. */
export class Outputs {
  readonly #sockets: KernelSockets;
  readonly #parents = new Map<string, Uint8Array>();

  constructor(sockets: KernelSockets) {
    this.#sockets = sockets;
  }

  /** Keeps the header of a request for outputs that name it by its id. */
  remember(message: JupyterMessage): void {
    const { header, headerJson } = message;
    this.#parents.delete(header.msg_id);
    this.#parents.set(header.msg_id, headerJson);
    if (this.#parents.size <= REMEMBERED) return;
    for (const oldest of this.#parents.keys()) {
      this.#parents.delete(oldest);
      return;
    }
  }

  /** Publishes under a request named by its id; '' = under none. */
  under(id: string, type: string, content: unknown, extras?: PublishExtras): void {
    // Clients match by msg_id: a request that was pushed out is still found by it.
    const parent = this.#parents.get(id) ?? (id === '' ? {} : { msg_id: id });
    this.#sockets.publish(type, content, parent, extras);
  }

  /** Says that a request is being worked on, or that all its output has left. */
  status(state: 'busy' | 'idle', message: JupyterMessage): void {
    this.#sockets.publish('status', STATUS[state], message.headerJson);
  }
}
