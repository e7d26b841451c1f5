import { LANGUAGE_TARGET } from '../language/language-comm.js';
import { LanguageSession } from '../language/language-session.js';
import { completenessOf } from '../transform/complete.js';
import type { JupyterMessage } from '../wire/message.js';
import { textOf } from '../wire/text.js';
import type { UserArrival } from '../wire/user-frames.js';
import { Comms } from './comms.js';
import { Executor } from './executor.js';
import type { FederatedCells } from './federated-cells.js';
import { History } from './history.js';
import { Introspection } from './introspection.js';
import { kernelInfo } from './kernel-info.js';
import { Outputs } from './outputs.js';
import { KernelSockets, type ConnectionFile } from './sockets.js';
import { Stdin } from './stdin.js';
import { userSettings } from './user-environment.js';
import { UserRuntime } from './user-runtime.js';

type Content = Record<string, unknown>;

/** The protocol process: sockets, queues, history. It never runs user code. */
export class Kernel {
  readonly #sockets: KernelSockets;
  readonly #outputs: Outputs;
  readonly #history = new History();
  readonly #user: UserRuntime;
  readonly #executor: Executor;
  readonly #comms: Comms;
  readonly #stdin: Stdin;
  readonly #introspection: Introspection;
  readonly #language: LanguageSession;
  #loading: Promise<FederatedCells> | null = null;
  #shell: Promise<void> = Promise.resolve();
  #resolveEnded: () => void = () => undefined;
  /** Resolves when the kernel was shut down. */
  readonly ended = new Promise<void>(resolve => {
    this.#resolveEnded = resolve;
  });

  constructor(file: ConnectionFile) {
    this.#sockets = new KernelSockets(file.key);
    this.#outputs = new Outputs(this.#sockets);
    this.#user = new UserRuntime(userSettings(process.env), {
      onMessage: message => this.#onUser(message),
      onRaw: (name, text) => this.#outputs.under(this.#executor.latest, 'stream', { name, text }),
      onDeath: reason => {
        this.#comms.userEnded();
        this.#executor.userEnded(reason);
        this.#language.userEnded();
      }
    });
    this.#stdin = new Stdin(this.#sockets, message => void this.#user.send(message));
    this.#comms = new Comms(this.#sockets, this.#outputs, this.#user);
    this.#language = new LanguageSession({
      folder: process.cwd(),
      live: this.#user,
      fetchStudy: async id => (await this.#federated()).study(id),
      environment: process.env
    });
    this.#introspection = new Introspection(this.#language);
    this.#executor = new Executor({
      sockets: this.#sockets,
      outputs: this.#outputs,
      history: this.#history,
      user: this.#user,
      federated: () => this.#federated(),
      ended: cell => this.#stdin.drop(cell),
      language: this.#language
    });
    this.#comms.registerTarget(LANGUAGE_TARGET, comm => this.#language.serve(comm));
    this.#comms.registerTarget('wardbook.federation', async comm =>
      (await this.#federated()).serve(comm)
    );
  }

  /** Binds the sockets. */
  async start(file: ConnectionFile): Promise<void> {
    await this.#sockets.bind(file, {
      shell: message => this.#onShell(message),
      control: message => void this.#onControl(message),
      stdin: message => this.#stdin.take(message)
    });
    this.#sockets.publish('status', { execution_state: 'starting' }, {});
  }

  /** Stops what runs; state is kept. */
  interrupt(): void {
    this.#executor.interrupt();
  }

  /** Ends user process and sockets. */
  async shutdown(): Promise<void> {
    this.#user.stop();
    await this.#language.dispose();
    await this.#sockets.close();
    this.#resolveEnded();
  }

  #federated(): Promise<FederatedCells> {
    this.#loading ??= import('./federated-cells.js').then(
      module => new module.FederatedCells(this.#outputs, this.#user)
    );
    return this.#loading;
  }

  // Requests are answered in order; those that need no user code do not wait for a running cell.
  #onShell(message: JupyterMessage): void {
    const { msg_type: type } = message.header;
    if (type === 'execute_request') this.#executor.enqueue(message);
    else this.#shell = this.#shell.then(() => this.#answer('shell', message));
  }

  async #onControl(message: JupyterMessage): Promise<void> {
    await this.#answer('control', message);
    if (message.header.msg_type === 'shutdown_request') await this.shutdown();
  }

  async #answer(channel: 'shell' | 'control', message: JupyterMessage): Promise<void> {
    const { msg_type: type } = message.header;
    this.#outputs.status('busy', message);
    const content = await this.#handle(type, message).catch((error: unknown) => ({
      status: 'error',
      ename: 'KernelError',
      evalue: error instanceof Error ? error.message : 'unknown',
      traceback: []
    }));
    if (content !== null)
      this.#sockets.reply(channel, type.replace(/_request$/, '_reply'), content, message);
    this.#outputs.status('idle', message);
  }

  /** Content of the reply; null for messages that have none. */
  async #handle(type: string, message: JupyterMessage): Promise<Content | null> {
    const { content } = message;
    switch (type) {
      case 'kernel_info_request':
        return kernelInfo([]);
      case 'is_complete_request':
        return { ...completenessOf(textOf(content, 'code')) };
      case 'complete_request':
        return this.#introspection.complete(message);
      case 'inspect_request':
        return this.#introspection.inspect(message);
      case 'history_request':
        return this.#historyReply(content);
      case 'comm_info_request':
        return { status: 'ok', comms: this.#comms.info(content['target_name']) };
      case 'comm_open':
      case 'comm_msg':
      case 'comm_close':
        await this.#comms.take(message);
        return null;
      case 'interrupt_request':
        this.interrupt();
        return { status: 'ok' };
      case 'shutdown_request':
        return { status: 'ok', restart: content['restart'] === true };
      default:
        return null;
    }
  }

  #historyReply(content: JupyterMessage['content']): Content {
    const found = this.#history.find(content);
    const history = found.map(entry =>
      content['output'] === true ? [entry[0], entry[1], [entry[2], null]] : entry
    );
    return { status: 'ok', history };
  }

  #onUser(message: UserArrival): void {
    switch (message.type) {
      case 'output':
        return this.#outputs.under(message.cell, message.message, message.content);
      case 'payload':
        return this.#executor.payload(message.cell, message.payload);
      case 'done':
        return this.#executor.done(message);
      case 'prompt':
        return this.#stdin.ask(message, this.#executor.request(message.cell));
      case 'call':
        return void this.#call(message);
      case 'comm-open':
      case 'comm-msg':
      case 'comm-close':
        return this.#comms.fromUser(message.cell, message);
      case 'ready':
      case 'reply':
      case 'comm-handled':
        return;
    }
  }

  async #call(message: Extract<UserArrival, { type: 'call' }>): Promise<void> {
    const federated = await this.#federated();
    await this.#user.send(await federated.answer(message, this.#executor.signal(message.cell)));
  }
}
