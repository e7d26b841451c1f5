import { SOFTWARE_VERSION } from '@wardbook/protocol';
import { completenessOf } from '../transform/complete.js';
import type { JupyterMessage } from '../wire/message.js';
import { JUPYTER_PROTOCOL } from '../wire/message.js';
import { textOf } from '../wire/text.js';
import { Executor } from './executor.js';
import { History } from './history.js';
import { KernelSockets, type ConnectionFile } from './sockets.js';
import { symbolBefore, toCodePoints, toUtf16 } from './positions.js';

/** The protocol process: sockets, queues, history. It never runs user code. */
export class Kernel {
  readonly #sockets: KernelSockets;
  readonly #history = new History();
  readonly #executor: Executor;
  readonly #comms = new Map<string, string>();
  #shell: Promise<void> = Promise.resolve();
  #resolveEnded: () => void = () => undefined;
  /** Resolves when the kernel was shut down. */
  readonly ended = new Promise<void>(resolve => {
    this.#resolveEnded = resolve;
  });

  constructor(file: ConnectionFile) {
    this.#sockets = new KernelSockets(file.key);
    this.#executor = new Executor(this.#sockets, this.#history);
  }

  /** Binds the sockets. */
  async start(file: ConnectionFile): Promise<void> {
    await this.#sockets.bind(file, {
      shell: message => this.#onShell(message),
      control: message => void this.#onControl(message),
      stdin: message => this.#executor.input(message)
    });
    await this.#sockets.publish('status', { execution_state: 'starting' }, {});
  }

  /** Stops what runs; state is kept. */
  interrupt(): void {
    this.#executor.interrupt();
  }

  /** Ends user process and sockets. */
  async shutdown(): Promise<void> {
    this.#executor.stop();
    await this.#sockets.close();
    this.#resolveEnded();
  }

  // Requests are answered in order; those that need no user code do not wait for a running cell.
  #onShell(message: JupyterMessage): void {
    const { msg_type: type } = message.header;
    if (type === 'execute_request') {
      this.#executor.enqueue(message);
      return;
    }
    this.#shell = this.#shell.then(() => this.#answer('shell', message));
  }

  async #onControl(message: JupyterMessage): Promise<void> {
    await this.#answer('control', message);
    if (message.header.msg_type === 'shutdown_request') await this.shutdown();
  }

  async #answer(channel: 'shell' | 'control', message: JupyterMessage): Promise<void> {
    const { msg_type: type } = message.header;
    const content = await this.#handle(type, message).catch((error: unknown) => ({
      status: 'error',
      ename: 'KernelError',
      evalue: error instanceof Error ? error.message : 'unknown',
      traceback: []
    }));
    if (content === null) return;
    await this.#sockets.publish('status', { execution_state: 'busy' }, message.header);
    await this.#sockets.reply(channel, type.replace(/_request$/, '_reply'), content, message);
    await this.#sockets.publish('status', { execution_state: 'idle' }, message.header);
  }

  async #handle(type: string, message: JupyterMessage): Promise<Record<string, unknown> | null> {
    const { content } = message;
    switch (type) {
      case 'kernel_info_request':
        return kernelInfo();
      case 'is_complete_request':
        return { ...completenessOf(textOf(content, 'code')) };
      case 'complete_request':
        return this.#complete(textOf(content, 'code'), Number(content['cursor_pos'] ?? 0));
      case 'inspect_request':
        return this.#inspect(textOf(content, 'code'), Number(content['cursor_pos'] ?? 0));
      case 'history_request':
        return {
          status: 'ok',
          history: this.#history
            .find(content)
            .map(entry =>
              content['output'] === true ? [entry[0], entry[1], [entry[2], null]] : entry
            )
        };
      case 'comm_info_request': {
        const target = content['target_name'];
        const comms = [...this.#comms].filter(
          ([, name]) => target === undefined || name === target
        );
        return {
          status: 'ok',
          comms: Object.fromEntries(comms.map(([id, name]) => [id, { target_name: name }]))
        };
      }
      case 'comm_open':
        await this.#executor.openComm(message, this.#comms);
        return null;
      case 'comm_msg':
        await this.#executor.commMessage(message, this.#comms);
        return null;
      case 'comm_close':
        this.#comms.delete(String(content['comm_id']));
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

  async #complete(code: string, cursor: number): Promise<Record<string, unknown>> {
    const at = toUtf16(code, cursor);
    const { expression, prefix } = symbolBefore(code.slice(0, at));
    const names = await this.#executor.members(expression);
    const matches = [...new Set(names)]
      .filter(name => name.startsWith(prefix) && /^[A-Za-z_$][\w$]*$/.test(name))
      .sort();
    return {
      status: 'ok',
      matches,
      cursor_start: cursor - toCodePoints(prefix),
      cursor_end: cursor,
      metadata: {}
    };
  }

  async #inspect(code: string, cursor: number): Promise<Record<string, unknown>> {
    const at = toUtf16(code, cursor);
    const after = /^[\w$]*/.exec(code.slice(at))?.[0] ?? '';
    const { expression, prefix } = symbolBefore(code.slice(0, at) + after);
    const name = expression === '' ? prefix : `${expression}.${prefix}`;
    const text = prefix === '' ? null : await this.#executor.describe(name);
    return {
      status: 'ok',
      found: text !== null,
      data: text === null ? {} : { 'text/plain': text },
      metadata: {}
    };
  }
}

function kernelInfo(): Record<string, unknown> {
  return {
    status: 'ok',
    protocol_version: JUPYTER_PROTOCOL,
    implementation: 'wardbook-typescript',
    implementation_version: SOFTWARE_VERSION,
    language_info: {
      name: 'typescript',
      version: '5.9.3',
      mimetype: 'text/typescript',
      file_extension: '.ts',
      codemirror_mode: { name: 'javascript', typescript: true },
      pygments_lexer: 'typescript',
      nbconvert_exporter: 'script'
    },
    banner: `Wardbook TypeScript ${SOFTWARE_VERSION}`,
    help_links: [],
    supported_features: []
  };
}
