import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dealer, Subscriber } from 'zeromq';
import type { ToUser } from '../user/messages.js';
import { textOf } from '../wire/text.js';
import { signatureOf } from './fuzz.fixture.js';
import { Kernel } from './kernel.js';
import type { UserEvents, UserLink } from './user-link.js';

const KEY = 'the key of a raw client';
const SETTINGS = { memoryMb: null, cellSeconds: null, wrapper: [] };

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** User code that answers everything at once; a cell prints its own source. */
export function quickUser(): UserLink {
  let events: UserEvents | null = null;
  const answer = (message: ToUser) => {
    const [expressions, empty] = [{}, new Uint8Array(0)];
    if (message.type === 'evaluate') {
      const content = Buffer.from(JSON.stringify({ name: 'stdout', text: message.source }));
      events?.onMessage({ type: 'output', cell: message.id, message: 'stream', content });
      events?.onMessage({ type: 'done', id: message.id, error: null, expressions, result: empty });
    }
    if (message.type === 'complete' || message.type === 'inspect')
      events?.onMessage({ type: 'reply', id: message.id, value: [] });
    if ('commId' in message) events?.onMessage({ type: 'comm-handled', cell: message.cell });
  };
  const link = {
    isReady: true,
    listen: (taker: UserEvents) => (events = taker),
    ready: () => Promise.resolve(),
    send: (message: ToUser) => Promise.resolve(answer(message)),
    sendNow: (message: ToUser) => queueMicrotask(() => answer(message)),
    interrupt: () => undefined,
    hold: () => undefined,
    stop: () => undefined
  };
  return link as unknown as UserLink;
}

/** Frames of a signed request. */
export function signedRequest(
  type: string,
  content: object = {},
  { id = randomUUID(), key = KEY }: { readonly id?: string; readonly key?: string } = {}
): (string | Buffer)[] {
  const parts = [{ msg_id: id, msg_type: type }, {}, {}, content].map(part =>
    Buffer.from(JSON.stringify(part))
  );
  return ['<IDS|MSG>', signatureOf(parts, key), ...parts];
}

/** Type, parent and content of a message. */
export function messageOf(frames: readonly Buffer[]): {
  readonly type: string;
  readonly parent: string;
  readonly content: Readonly<Record<string, unknown>>;
} {
  const at = frames.findIndex(frame => String(frame) === '<IDS|MSG>');
  const part = (place: number) => JSON.parse(String(frames[at + place])) as Record<string, unknown>;
  return {
    type: textOf(part(2), 'msg_type'),
    parent: textOf(part(3), 'msg_id'),
    content: part(5)
  };
}

/** A whole protocol process in this one, and sockets that are connected to it. */
export class RawKernel implements AsyncDisposable {
  readonly kernel: Kernel;
  readonly #ports: Readonly<Record<string, number>>;
  readonly #folder: string;
  readonly #sockets: { close(): void }[] = [];

  private constructor(folder: string, ports: Readonly<Record<string, number>>, file: string) {
    this.#folder = folder;
    this.#ports = ports;
    this.kernel = new Kernel(file, { link: quickUser(), settings: SETTINGS });
  }

  /** Makes a kernel that is not started yet; its types are off and its history is its own. */
  static async create(key = KEY): Promise<RawKernel> {
    const folder = await mkdtemp(join(tmpdir(), 'wardbook-raw-'));
    process.env['WARDBOOK_KERNEL_HISTORY'] = join(folder, 'history.jsonl');
    process.env['WARDBOOK_TYPES'] = 'off';
    const ports: Record<string, number> = {};
    for (const name of ['shell', 'iopub', 'stdin', 'control', 'hb'])
      ports[`${name}_port`] = await freePort();
    const file = join(folder, 'connection.json');
    await writeFile(file, JSON.stringify({ ip: '127.0.0.1', key, ...ports }));
    return new RawKernel(folder, ports, file);
  }

  /** A client on one of the request channels. */
  dealer(channel: string): Dealer {
    return this.#connected(
      new Dealer({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 }),
      channel
    );
  }

  /** A client on iopub, subscribed to nothing yet. */
  subscriber(options: { readonly receiveHighWaterMark?: number } = {}): Subscriber {
    return this.#connected(new Subscriber({ linger: 0, ...options }), 'iopub');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    await this.kernel.shutdown();
    await rm(this.#folder, { recursive: true, force: true });
    for (const name of ['WARDBOOK_KERNEL_HISTORY', 'WARDBOOK_TYPES'])
      Reflect.deleteProperty(process.env, name);
  }

  #connected<S extends Dealer | Subscriber>(socket: S, channel: string): S {
    this.#sockets.push(socket);
    socket.connect(`tcp://127.0.0.1:${this.#ports[`${channel}_port`] ?? 0}`);
    return socket;
  }
}
