import { setTimeout as after } from 'node:timers/promises';
import type { JupyterMessage } from '../wire/message.js';
import { readConnectionFile } from './connection-file.js';
import { kernelInfo } from './kernel-info.js';
import type { KernelParts } from './kernel-parts.js';
import { Outputs } from './outputs.js';
import { KernelSockets, type RequestChannel } from './sockets.js';
import type { UserSettings } from './user-environment.js';
import type { UserLink } from './user-link.js';

/** The process of user code takes longer than this to start, and to load the rest takes the difference. */
const LOAD_AFTER_MS = 10;
/** A client that tried to connect too early tries again after 100 to 200 ms. */
const SUBSCRIBE_MS = 300;

/** What is there before the kernel. */
export interface KernelStart {
  /** The process of user code, which starts meanwhile. */
  readonly link: UserLink;
  readonly settings: UserSettings;
}

/**
 * The protocol process. It never runs user code. Sockets and `kernel_info` are there first; the rest is loaded while
 * the process of user code starts, and what arrives before is kept in order.
 */
export class Kernel {
  readonly #sockets: KernelSockets;
  readonly #outputs: Outputs;
  readonly #start: KernelStart;
  readonly #early: (readonly [RequestChannel, JupyterMessage])[] = [];
  #parts: KernelParts | null = null;
  #resolveEnded: () => void = () => undefined;
  #resolveAsked: () => void = () => undefined;
  readonly #asked = new Promise<void>(resolve => {
    this.#resolveAsked = resolve;
  });
  /** Resolves when the kernel was shut down. */
  readonly ended = new Promise<void>(resolve => {
    this.#resolveEnded = resolve;
  });

  /**
   * @param connectionFile path
   * @throws TypeError for a connection file that lacks something; whatever reading it throws
   */
  constructor(connectionFile: string, start: KernelStart) {
    this.#start = start;
    this.#sockets = new KernelSockets(readConnectionFile(connectionFile), {
      pressed: isHigh => start.link.hold(isHigh),
      leftBehind
    });
    this.#outputs = new Outputs(this.#sockets);
  }

  /** Binds the sockets and loads the rest. @throws when an address is taken */
  async start(): Promise<void> {
    await this.#sockets.bind({
      shell: message => this.#take('shell', message),
      control: message => this.#take('control', message),
      stdin: message => this.#take('stdin', message)
    });
    this.#sockets.publish('status', { execution_state: 'starting' }, {});
    // Whoever waits for the kernel asks who it is first, and is not to wait for the rest as well.
    await Promise.race([this.#asked, after(LOAD_AFTER_MS)]);
    const { KernelParts } = await import('./kernel-parts.js');
    // A client whose subscription comes later than its first cell would wait for the end of that cell for ever.
    await Promise.race([this.#sockets.subscribed, after(SUBSCRIBE_MS)]);
    this.#parts = new KernelParts({
      ...this.#start,
      sockets: this.#sockets,
      outputs: this.#outputs,
      shutdown: () => this.shutdown()
    });
    for (const [channel, message] of this.#early.splice(0)) this.#parts.take(channel, message);
  }

  /** Stops what runs; state is kept. */
  interrupt(): void {
    this.#parts?.interrupt();
  }

  /** Ends user process and sockets. */
  async shutdown(): Promise<void> {
    this.#start.link.stop();
    this.#sockets.close();
    await this.#parts?.dispose();
    this.#resolveEnded();
  }

  #take(channel: RequestChannel, message: JupyterMessage): void {
    if (message.header.msg_type === 'kernel_info_request' && channel !== 'stdin')
      return this.#info(channel, message);
    if (this.#parts === null) this.#early.push([channel, message]);
    else this.#parts.take(channel, message);
  }

  #info(channel: RequestChannel, message: JupyterMessage): void {
    this.#outputs.status('busy', message);
    this.#sockets.reply(channel, 'kernel_info_reply', kernelInfo(), message);
    this.#outputs.status('idle', message);
    this.#parts?.stillBusy();
    this.#resolveAsked();
  }
}

/** The log of a kernel is its stderr, which Jupyter shows where the server was started. */
function leftBehind(silentMs: number): void {
  process.stderr.write(
    `[wardbook kernel] A client that subscribed to outputs has read none for ${Math.round(silentMs / 1_000)} s. ` +
      'It is left behind until it reads again, so that the others get theirs: the outputs meanwhile are lost to it.\n'
  );
}
