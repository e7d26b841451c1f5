import type { CommMessage, CommPayload } from './messages.js';
import { randomId } from './random-id.js';

type Data = Readonly<Record<string, unknown>>;

/** What a comm brought: data, metadata and binary buffers, in the order of the message. */
export interface CommEvent {
  readonly data: Data;
  readonly metadata: Data;
  readonly buffers: readonly Uint8Array[];
}

/** Called for each message of a comm; what it prints or displays carries that message's parent. */
export type CommListener = (event: CommEvent) => unknown;

/** Serves the comms that a front end opens for a target. */
export type CommTarget = (comm: UserComm, opened: CommEvent) => unknown;

/** How comms leave the process, and how a listener runs under the message that called it. */
export interface CommPort {
  readonly send: (message: CommMessage) => void;
  readonly under: <T>(cell: string, run: () => T) => T;
  /** Takes an error of a listener. */
  readonly fault: (error: unknown) => void;
}

/** One open comm between user code and a front end. */
export class UserComm {
  readonly id: string;
  readonly target: string;
  readonly #send: (message: CommMessage) => void;
  readonly #ended: () => void;
  readonly #messages = new Set<CommListener>();
  readonly #closes = new Set<CommListener>();
  #open = true;

  constructor(
    names: { readonly id: string; readonly target: string },
    send: (message: CommMessage) => void,
    ended: () => void
  ) {
    this.id = names.id;
    this.target = names.target;
    this.#send = send;
    this.#ended = ended;
  }

  /** Whether messages still pass. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Sends data to the front end; nothing happens after the comm was closed. */
  send(data: Data, metadata: Data = {}, buffers: readonly Uint8Array[] = []): void {
    if (this.#open)
      this.#send({ type: 'comm-msg', ...payload(this.id, { data, metadata, buffers }) });
  }

  /** Adds a listener; the answer removes it. */
  onMessage(listener: CommListener): () => void {
    this.#messages.add(listener);
    return () => void this.#messages.delete(listener);
  }

  /** Adds a listener for the end; the answer removes it. */
  onClose(listener: CommListener): () => void {
    this.#closes.add(listener);
    return () => void this.#closes.delete(listener);
  }

  /** Ends the comm at both sides; a second call does nothing. */
  close(data: Data = {}, metadata: Data = {}, buffers: readonly Uint8Array[] = []): void {
    if (!this.#open) return;
    this.#end();
    this.#send({ type: 'comm-close', ...payload(this.id, { data, metadata, buffers }) });
  }

  /** Listeners that an arriving message calls; a close ends the comm first. */
  arrived(type: 'comm-msg' | 'comm-close'): readonly CommListener[] {
    if (type === 'comm-msg') return [...this.#messages];
    this.#end();
    return [...this.#closes];
  }

  #end(): void {
    this.#open = false;
    this.#ended();
  }
}

/** Comms of user code: targets that it serves and comms that are open. */
export class UserComms {
  readonly #port: CommPort;
  readonly #targets = new Map<string, CommTarget>();
  readonly #open = new Map<string, UserComm>();

  constructor(port: CommPort) {
    this.#port = port;
  }

  /** Serves a target; a later handler of the same name replaces it. */
  registerTarget(name: string, handler: CommTarget): void {
    this.#targets.set(name, handler);
  }

  /** Stops serving a target; comms that are open stay open. */
  unregisterTarget(name: string): void {
    this.#targets.delete(name);
  }

  /** Opens a comm at the front end. `buffers` travel as binary frames. */
  open(
    target: string,
    data: Data = {},
    metadata: Data = {},
    buffers: readonly Uint8Array[] = []
  ): UserComm {
    const comm = this.#make(randomId(), target);
    this.#port.send({
      type: 'comm-open',
      target,
      ...payload(comm.id, { data, metadata, buffers })
    });
    return comm;
  }

  /** Shows an error of user code that a comm called, under the message that called it. */
  fault(error: unknown): void {
    this.#port.fault(error);
  }

  /** The open comms by id. */
  get all(): ReadonlyMap<string, UserComm> {
    return this.#open;
  }

  /** Takes a message of the front end; listeners run under `cell`, the message's own id. Resolves when they have. */
  async receive(message: CommMessage, cell: string): Promise<void> {
    const { data, metadata, buffers } = message;
    const event = { data, metadata, buffers };
    if (message.type === 'comm-open') return this.#opened(message, cell, event);
    const comm = this.#open.get(message.commId);
    const listeners = comm?.arrived(message.type) ?? [];
    await Promise.all(listeners.map(listener => this.#run(cell, () => listener(event))));
  }

  #opened(
    message: Extract<CommMessage, { type: 'comm-open' }>,
    cell: string,
    event: CommEvent
  ): Promise<void> | void {
    const handler = this.#targets.get(message.target);
    const comm = this.#make(message.commId, message.target);
    // The protocol asks a side that knows no such target to close at once.
    if (handler === undefined) return this.#port.under(cell, () => comm.close());
    return this.#run(cell, () => handler(comm, event));
  }

  #make(id: string, target: string): UserComm {
    const comm = new UserComm(
      { id, target },
      message => this.#port.send(message),
      () => this.#open.delete(id)
    );
    this.#open.set(id, comm);
    return comm;
  }

  #run(cell: string, listener: () => unknown): Promise<void> {
    return this.#port.under(cell, async () => {
      try {
        await listener();
      } catch (error) {
        this.#port.fault(error);
      }
    });
  }
}

function payload(commId: string, event: CommEvent): CommPayload {
  return { commId, ...event };
}
