/** A socket that takes one message at a time. */
interface Sender {
  send(frames: Buffer[]): Promise<void>;
}

/** One `send` at a time per socket: a second one would be rejected (EBUSY) and the message lost. */
export class SendQueue {
  readonly #socket: Sender;
  #tail: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(socket: Sender) {
    this.#socket = socket;
  }

  /** Queues a message; resolves when it is handed to the socket. */
  send(frames: Buffer[]): Promise<void> {
    this.#tail = this.#tail.then(async () => {
      if (this.#closed) return;
      // A closed socket while the kernel ends is no fault.
      await this.#socket.send(frames).catch(() => undefined);
    });
    return this.#tail;
  }

  /** Waits for everything queued so far. */
  async drain(): Promise<void> {
    await this.#tail;
  }

  /** Drops what comes later. */
  close(): void {
    this.#closed = true;
  }
}
