import { Reply, Router, XPublisher } from 'zeromq';
import { z } from 'zod';
import { Codec, type JupyterMessage } from '../wire/message.js';
import { SendQueue } from '../wire/send-queue.js';

/** A Jupyter connection file. */
export const ConnectionFile = z.looseObject({
  transport: z.string().default('tcp'),
  ip: z.string(),
  shell_port: z.number(),
  iopub_port: z.number(),
  stdin_port: z.number(),
  control_port: z.number(),
  hb_port: z.number(),
  key: z.string(),
  signature_scheme: z.string().default('hmac-sha256')
});
/** A Jupyter connection file. */
export type ConnectionFile = z.infer<typeof ConnectionFile>;

/** The kernel's five sockets; one send queue each. */
export class KernelSockets {
  readonly codec: Codec;
  readonly #shell = new Router({ handover: true });
  readonly #control = new Router({ handover: true });
  readonly #stdin = new Router({ handover: true });
  // No limit: the default of 1,000 messages would drop output of slow readers.
  readonly #iopub = new XPublisher({ verbosity: 'allSubs', sendHighWaterMark: 0 });
  readonly #heartbeat = new Reply();
  readonly #queues = {
    shell: new SendQueue(this.#shell),
    control: new SendQueue(this.#control),
    stdin: new SendQueue(this.#stdin),
    iopub: new SendQueue(this.#iopub)
  };

  constructor(key: string) {
    this.codec = new Codec(key);
  }

  /** Binds all sockets and starts reading. */
  async bind(
    file: ConnectionFile,
    on: {
      shell: (message: JupyterMessage) => void;
      control: (message: JupyterMessage) => void;
      stdin: (message: JupyterMessage) => void;
    }
  ): Promise<void> {
    const at = (port: number) =>
      file.transport === 'ipc'
        ? `ipc://${file.ip}-${port}`
        : `${file.transport}://${file.ip}:${port}`;
    await this.#shell.bind(at(file.shell_port));
    await this.#control.bind(at(file.control_port));
    await this.#stdin.bind(at(file.stdin_port));
    await this.#iopub.bind(at(file.iopub_port));
    await this.#heartbeat.bind(at(file.hb_port));
    void this.#read(this.#shell, on.shell);
    void this.#read(this.#control, on.control);
    void this.#read(this.#stdin, on.stdin);
    void this.#welcome();
    void this.#beat();
  }

  /** Publishes to all clients. */
  publish(
    type: string,
    content: unknown,
    parent: unknown,
    extras: { readonly metadata?: unknown; readonly buffers?: readonly Uint8Array[] } = {}
  ): void {
    const { frames } = this.codec.write(type, content, parent, extras);
    void this.#queues.iopub.send([Buffer.from(type), ...frames]);
  }

  /** Answers a client on one of the request channels. @returns msg_id of the answer */
  reply(
    channel: 'shell' | 'control' | 'stdin',
    type: string,
    content: unknown,
    to: JupyterMessage
  ): string {
    const { identities } = to;
    const { id, frames } = this.codec.write(type, content, to.header, { identities });
    void this.#queues[channel].send(frames);
    return id;
  }

  /** Hands over what is queued, then closes. */
  async close(): Promise<void> {
    for (const queue of Object.values(this.#queues)) await queue.drain();
    for (const queue of Object.values(this.#queues)) queue.close();
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#iopub, this.#heartbeat]) {
      socket.linger = 500;
      socket.close();
    }
  }

  async #read(socket: Router, handler: (message: JupyterMessage) => void): Promise<void> {
    try {
      for await (const frames of socket) {
        const message = this.codec.read(frames);
        if (message !== null) handler(message);
      }
    } catch {
      // Closed.
    }
  }

  // JEP 65: a subscriber learns that it will miss nothing from here on.
  async #welcome(): Promise<void> {
    try {
      for await (const [frame] of this.#iopub) {
        if (frame === undefined || frame[0] !== 1) continue;
        const subscription = frame.subarray(1).toString('utf8');
        this.publish('iopub_welcome', { subscription }, {});
      }
    } catch {
      // Closed.
    }
  }

  async #beat(): Promise<void> {
    try {
      for await (const frames of this.#heartbeat) await this.#heartbeat.send(frames);
    } catch {
      // Closed.
    }
  }
}
