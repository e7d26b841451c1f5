import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Dealer, Subscriber } from 'zeromq';
import { kernelEnvironment } from './kernel-environment.js';
import { fromFrames, part, toFrames, type Channel, type HeaderView, type Parts } from './wire.js';

/** How to start a kernel. */
export interface LabKernelOptions {
  readonly id: string;
  readonly command: readonly string[];
  /** Folder in which the kernel runs. */
  readonly folder: string;
  /** Folder for its connection file. */
  readonly runtime: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What a kernel is doing, in Jupyter's words. */
export type KernelState = 'starting' | 'idle' | 'busy' | 'restarting' | 'dead';

/** A person who wants a kernel restarted. */
export interface Restarter {
  readonly name: string;
  readonly displayName: string;
}

/** Hears every message of the kernel. */
export type KernelListener = (channel: Channel, parts: Parts) => void;

const GRACE_MS = 1_500;
const START_MS = 15_000;
const ATTEMPTS = 3;

/** A kernel process of the lab: starts it, talks to it, starts it again when it dies. Ends with the lab. */
export class LabKernel {
  readonly id: string;
  readonly #options: LabKernelOptions;
  readonly #listeners = new Set<KernelListener>();
  readonly #deaths = new Set<() => void>();
  readonly #session = randomUUID();
  #live: LiveKernel | null = null;
  #starting: Promise<LiveKernel> | null = null;
  #closed = false;
  #parent: HeaderView | null = null;
  state: KernelState = 'starting';
  lastActivity = new Date();

  constructor(options: LabKernelOptions) {
    this.id = options.id;
    this.#options = options;
  }

  /** Header of the request that the kernel works on now, or worked on last. */
  get parent(): HeaderView | null {
    return this.#parent;
  }

  /** Starts the process if it is not there. */
  async ready(): Promise<void> {
    await this.#process();
  }

  /** Hears messages; returns how to stop. */
  listen(listener: KernelListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hears of the end of the process, wanted or not; returns how to stop. */
  onDeath(listener: () => void): () => void {
    this.#deaths.add(listener);
    return () => this.#deaths.delete(listener);
  }

  /** Sends a message as it is. */
  async send(channel: Channel, parts: Parts): Promise<void> {
    const live = await this.#process();
    await live.send(channel, toFrames(live.key, parts));
  }

  /** Sends a request of the lab's own; its answer and outputs come to the listeners under this id. */
  request(
    channel: Channel,
    type: string,
    content: unknown,
    { id, username, metadata = {} }: { id: string; username: string; metadata?: unknown }
  ): Promise<void> {
    const header = {
      msg_id: id,
      msg_type: type,
      session: this.#session,
      username,
      date: new Date().toISOString(),
      version: '5.3'
    };
    return this.send(
      channel,
      [header, {}, metadata, content].map(value => Buffer.from(JSON.stringify(value)))
    );
  }

  /** Interrupts what runs. */
  async interrupt(): Promise<void> {
    if (this.#live === null) return;
    await this.request('control', 'interrupt_request', {}, { id: randomUUID(), username: 'lab' });
  }

  /** A new process; variables are gone. Pages hear who wanted it. */
  async restart(by: Restarter): Promise<void> {
    const old = this.#live;
    this.#live = null;
    this.#starting = null;
    await old?.end();
    this.#tell('restarting', { wardbook: { restartedBy: by } });
    await this.#process();
  }

  /** Ends the process for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#starting?.catch(() => undefined);
    const live = this.#live;
    this.#live = null;
    await live?.end();
    this.state = 'dead';
  }

  #process(): Promise<LiveKernel> {
    if (this.#closed) return Promise.reject(new Error('kernel closed'));
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#starting = null;
      this.state = 'dead';
      throw error;
    });
    return this.#starting;
  }

  async #start(): Promise<LiveKernel> {
    const live = await this.#attempt(ATTEMPTS);
    this.#live = live;
    void live.ended.then(() => this.#died(live));
    return live;
  }

  // A port that was free may be taken by the time the kernel binds it.
  async #attempt(left: number): Promise<LiveKernel> {
    try {
      return await LiveKernel.start(this.#options, (channel, parts) => this.#heard(channel, parts));
    } catch (error) {
      if (left <= 1 || this.#closed) throw error;
      return this.#attempt(left - 1);
    }
  }

  #died(live: LiveKernel): void {
    for (const listener of [...this.#deaths]) listener();
    if (this.#live !== live || this.#closed) return;
    this.#live = null;
    this.#starting = null;
    this.#tell('restarting');
    this.#process().catch(() => this.#tell('dead'));
  }

  #heard(channel: Channel, parts: Parts): void {
    if (channel === 'iopub' && part<HeaderView>(parts, 0).msg_type === 'status') {
      const state = part<{ execution_state: KernelState }>(parts, 3).execution_state;
      const parent = part<HeaderView>(parts, 1);
      this.state = state;
      this.lastActivity = new Date();
      if (state === 'busy' && parent.msg_type === 'execute_request') this.#parent = parent;
    }
    for (const listener of [...this.#listeners]) listener(channel, parts);
  }

  // The kernel itself cannot say that it is gone.
  #tell(state: KernelState, more: Readonly<Record<string, unknown>> = {}): void {
    this.state = state;
    const header = {
      msg_id: randomUUID(),
      msg_type: 'status',
      session: this.#session,
      username: 'lab',
      date: new Date().toISOString(),
      version: '5.3'
    };
    const parts = [header, {}, {}, { execution_state: state, ...more }].map(value =>
      Buffer.from(JSON.stringify(value))
    );
    for (const listener of [...this.#listeners]) listener('iopub', parts);
  }
}

/** One life of a kernel process with its sockets. */
class LiveKernel {
  readonly key: string;
  readonly ended: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #file: string;
  readonly #sockets: { shell: Dealer; control: Dealer; stdin: Dealer };
  readonly #iopub: Subscriber;
  readonly #queues = new Map<Channel, Promise<void>>();

  private constructor(key: string, child: ChildProcess, file: string, ports: Ports) {
    this.key = key;
    this.#child = child;
    this.#file = file;
    this.ended = once(child, 'exit').then(() => this.#release());
    // One identity on shell and stdin: input requests are routed by it.
    const routingId = randomUUID();
    const dealer = (port: number) => {
      const socket = new Dealer({
        routingId,
        linger: 0,
        sendHighWaterMark: 0,
        receiveHighWaterMark: 0
      });
      socket.connect(`tcp://127.0.0.1:${port}`);
      return socket;
    };
    this.#sockets = {
      shell: dealer(ports.shell_port),
      control: dealer(ports.control_port),
      stdin: dealer(ports.stdin_port)
    };
    this.#iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
    this.#iopub.connect(`tcp://127.0.0.1:${ports.iopub_port}`);
    this.#iopub.subscribe('');
  }

  static async start(options: LabKernelOptions, onMessage: KernelListener): Promise<LiveKernel> {
    const key = randomBytes(32).toString('hex');
    const ports = await freePorts();
    const file = join(options.runtime, `kernel-${options.id}.json`);
    const connection = {
      transport: 'tcp',
      ip: '127.0.0.1',
      ...ports,
      key,
      signature_scheme: 'hmac-sha256',
      kernel_name: 'wardbook-typescript'
    };
    await writeFile(file, JSON.stringify(connection), { mode: 0o600 });
    const [command = '', ...rest] = options.command;
    const child = spawn(command, [...rest, file], {
      cwd: options.folder,
      env: kernelEnvironment(process.env, options.env),
      // Standard input stays open as long as the lab lives: the kernel ends when it closes.
      stdio: ['pipe', 'inherit', 'inherit']
    });
    child.stdin?.on('error', () => undefined);
    const live = new LiveKernel(key, child, file, ports);
    await live.#connect(onMessage);
    return live;
  }

  async send(channel: Channel, frames: Buffer[]): Promise<void> {
    if (channel === 'iopub') return;
    const before = this.#queues.get(channel) ?? Promise.resolve();
    const sent = before.then(() => this.#sockets[channel].send(frames));
    this.#queues.set(
      channel,
      sent.catch(() => undefined)
    );
    return sent;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  // iopub_welcome says that no output is missed from here on.
  async #connect(onMessage: KernelListener): Promise<void> {
    let welcome = () => undefined as void;
    const welcomed = new Promise<void>(resolve => (welcome = resolve));
    void this.#read('iopub', this.#iopub, (channel, parts) => {
      if (part<HeaderView>(parts, 0).msg_type === 'iopub_welcome') return welcome();
      onMessage(channel, parts);
    });
    for (const channel of ['shell', 'control', 'stdin'] as const)
      void this.#read(channel, this.#sockets[channel], onMessage);
    const died = this.ended.then(() => {
      throw new Error('the kernel process ended at its start');
    });
    died.catch(() => undefined);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), START_MS);
    try {
      await Promise.race([welcomed, died]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(
    channel: Channel,
    socket: Dealer | Subscriber,
    onMessage: KernelListener
  ): Promise<void> {
    try {
      for await (const frames of socket) {
        const parts = fromFrames(this.key, frames);
        if (parts !== null) onMessage(channel, parts);
      }
    } catch {
      // Closed.
    }
  }

  async #release(): Promise<void> {
    for (const socket of [...Object.values(this.#sockets), this.#iopub]) socket.close();
    await rm(this.#file, { force: true });
  }
}

interface Ports {
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
}

async function freePorts(): Promise<Ports> {
  const servers = Array.from({ length: 5 }, () => createServer().listen(0, '127.0.0.1'));
  const ports = await Promise.all(
    servers.map(async server => {
      if (!server.listening) await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    })
  );
  await Promise.all(
    servers.map(async server => {
      server.close();
      await once(server, 'close');
    })
  );
  const [shell_port = 0, iopub_port = 0, stdin_port = 0, control_port = 0, hb_port = 0] = ports;
  return { shell_port, iopub_port, stdin_port, control_port, hb_port };
}
