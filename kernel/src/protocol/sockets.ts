import { isAscii } from 'node:buffer';
import { Reply, Router, XPublisher, type SocketOptions } from 'zeromq';
import { Codec, type JupyterMessage } from '../wire/message.js';
import { addressOf, type ConnectionFile } from './connection-file.js';
import { LIMITS, Publisher, WAITING_MESSAGES, type PublishEvents } from './publisher.js';

/** Channels on which clients ask. */
export type RequestChannel = 'shell' | 'control' | 'stdin';

/** Called with every message that is signed. */
export type MessageHandlers = Readonly<Record<RequestChannel, (message: JupyterMessage) => void>>;

/** A longer frame ends the connection of its sender before it fills the memory, bytes. */
const LONGEST_FRAME = 512 * 1_048_576;
const LINGER_MS = 300;

// No timeout: a send is done or refused when it returns, and a second one never finds the socket busy.
const SENDING = { sendTimeout: 0, linger: LINGER_MS } as const;

const UNHEARD: PublishEvents = { pressed: () => undefined, leftBehind: () => undefined };

/** Bytes up to which the binding copies a frame. */
const COPIED = 128;
/** Bytes from which a text costs more than lending. */
const LENT = 8_192;

/** The kernel's five sockets. */
export class KernelSockets {
  readonly #codec: Codec;
  readonly #file: ConnectionFile;
  readonly #routers: Readonly<Record<RequestChannel, Router>>;
  readonly #iopub: XPublisher;
  readonly #publisher: Publisher;
  readonly #heartbeat: Reply;
  #resolveSubscribed: () => void = () => undefined;
  /** Resolves when the first client has subscribed to what is published. */
  readonly subscribed = new Promise<void>(resolve => {
    this.#resolveSubscribed = resolve;
  });

  /** @throws Error when the signature scheme of the file is not known */
  constructor(file: ConnectionFile, events: PublishEvents = UNHEARD, limits = LIMITS) {
    this.#file = file;
    this.#codec = new Codec(file.key, file.scheme);
    const { curve } = file;
    const encryption = curve && {
      curveServer: true,
      curvePublicKey: curve.publicKey,
      curveSecretKey: curve.secretKey
    };
    const common = { maxMessageSize: LONGEST_FRAME, ...encryption };
    // Handover: a second client with the identity of a first one gets replies.
    // No limit to what waits there: a client that does not read its replies asks no more questions.
    const router: SocketOptions<Router> = {
      ...{ handover: true, sendHighWaterMark: 0 },
      ...{ ...SENDING, ...common }
    };
    this.#routers = {
      shell: new Router(router),
      control: new Router(router),
      stdin: new Router(router)
    };
    this.#iopub = new XPublisher({
      ...{ verbosity: 'allSubs', sendHighWaterMark: WAITING_MESSAGES },
      ...{ ...SENDING, ...common }
    });
    this.#publisher = new Publisher(this.#iopub, events, limits);
    this.#heartbeat = new Reply({ linger: LINGER_MS, ...common });
  }

  /** Ports of the connection. */
  get ports(): ConnectionFile['ports'] {
    return this.#file.ports;
  }

  /** Binds all sockets and starts reading. @throws when an address is taken */
  async bind(on: MessageHandlers): Promise<void> {
    const { ports } = this.#file;
    const at = (port: number) => addressOf(this.#file, port);
    await Promise.all([
      this.#routers.shell.bind(at(ports.shell)),
      this.#routers.control.bind(at(ports.control)),
      this.#routers.stdin.bind(at(ports.stdin)),
      this.#iopub.bind(at(ports.iopub)),
      this.#heartbeat.bind(at(ports.heartbeat))
    ]);
    for (const channel of ['shell', 'control', 'stdin'] as const)
      void this.#read(this.#routers[channel], on[channel]);
    void this.#welcome();
    void this.#beat();
  }

  /**
   * Publishes to all clients.
   *
   * @param content an object, or its JSON as bytes
   * @param parent header of the request, as an object or as bytes
   */
  publish(
    type: string,
    content: unknown,
    parent: unknown,
    extras: { readonly metadata?: unknown; readonly buffers?: readonly Uint8Array[] } = {}
  ): void {
    const { frames } = this.#codec.write(type, content, parent, extras);
    this.#publisher.send([type, ...frames].map(cheapest));
  }

  /** Answers a client on one of the request channels. @returns msg_id of the answer */
  reply(channel: RequestChannel, type: string, content: unknown, to: JupyterMessage): string {
    const { identities, headerJson } = to;
    const { id, frames } = this.#codec.write(type, content, headerJson, { identities });
    send(this.#routers[channel], frames);
    return id;
  }

  /** Closes; what was sent is still handed over while the process ends. */
  close(): void {
    this.#publisher.flush();
    for (const socket of [...Object.values(this.#routers), this.#iopub, this.#heartbeat])
      socket.close();
  }

  async #read(socket: Router, handler: (message: JupyterMessage) => void): Promise<void> {
    for (;;) {
      const frames = await received(socket);
      if (frames === null) return;
      const message = this.#codec.read(frames);
      if (message !== null) handler(message);
    }
  }

  // JEP 65: a subscriber learns that it will miss nothing from here on.
  async #welcome(): Promise<void> {
    for (;;) {
      const frames = await received(this.#iopub);
      if (frames === null) return;
      const [frame] = frames;
      if (frame?.[0] !== 1) continue;
      this.#resolveSubscribed();
      const topic = frame.subarray(1);
      const content = { subscription: topic.toString('utf8') };
      const { frames: welcome } = this.#codec.write('iopub_welcome', content, {});
      // Under the very topic that was asked for: a subscriber of another one is not told.
      this.#publisher.send(topic.length > 0 ? [topic, ...welcome] : welcome);
    }
  }

  async #beat(): Promise<void> {
    for (;;) {
      const frames = await received(this.#heartbeat);
      if (frames === null) return;
      await this.#heartbeat.send(frames).catch(() => undefined);
    }
  }
}

/** The next message; null once the socket is closed, which may happen while the last one is handled. */
async function received(socket: Router | XPublisher | Reply): Promise<Buffer[] | null> {
  try {
    return await socket.receive();
  } catch {
    return null;
  }
}

function send(socket: Router, frames: readonly (Buffer | string)[]): void {
  // A socket that was closed, or a client that is gone, is no fault of the kernel.
  if (!socket.closed) void socket.send(frames.map(cheapest)).catch(() => undefined);
}

/**
 * The binding copies short bytes and texts. Longer bytes it lends to ZeroMQ, and to get them back costs more than the
 * whole sending of a small message.
 */
function cheapest(frame: Buffer | string): Buffer | string {
  if (typeof frame === 'string' || frame.length <= COPIED || frame.length > LENT) return frame;
  return isAscii(frame) ? frame.toString('latin1') : frame;
}
