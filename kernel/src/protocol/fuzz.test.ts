import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dealer, Subscriber } from 'zeromq';
import type { ToUser } from '../user/messages.js';
import { FUZZ_KEY, FuzzMaker, signatureOf } from './fuzz.fixture.js';
import { Kernel } from './kernel.js';
import type { UserEvents, UserLink } from './user-link.js';

const MESSAGES = Number(process.env['WARDBOOK_FUZZ_MESSAGES'] ?? 2_000);
const SEED = Number(process.env['WARDBOOK_FUZZ_SEED'] ?? 20_261_125);
const CHANNELS = ['shell', 'control', 'stdin'] as const;

/** User code that answers everything at once and runs nothing. */
function quickUser(): UserLink {
  let events: UserEvents | null = null;
  const answer = (message: ToUser) => {
    const [expressions, empty] = [{}, new Uint8Array(0)];
    if (message.type === 'evaluate')
      events?.onMessage({ type: 'done', id: message.id, error: null, expressions, result: empty });
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
    stop: () => undefined
  };
  return link as unknown as UserLink;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a kernel under fuzz', () => {
  let folder = '';
  let kernel: Kernel;
  const ports: Record<string, number> = {};
  const sockets: { close(): void }[] = [];
  const client = (channel: string): Dealer => {
    const socket = new Dealer({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
    sockets.push(socket);
    socket.connect(`tcp://127.0.0.1:${ports[`${channel}_port`]}`);
    return socket;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-fuzz-'));
    process.env['WARDBOOK_KERNEL_HISTORY'] = join(folder, 'history.jsonl');
    process.env['WARDBOOK_TYPES'] = 'off';
    for (const name of ['shell', 'iopub', 'stdin', 'control', 'hb'])
      ports[`${name}_port`] = await freePort();
    const file = join(folder, 'connection.json');
    await writeFile(file, JSON.stringify({ ip: '127.0.0.1', key: FUZZ_KEY, ...ports }));
    const settings = { memoryMb: null, cellSeconds: null, wrapper: [] };
    kernel = new Kernel(file, { link: quickUser(), settings });
    await kernel.start();
  });
  afterAll(async () => {
    for (const socket of sockets) socket.close();
    await kernel.shutdown();
    await rm(folder, { recursive: true, force: true });
    for (const name of ['WARDBOOK_KERNEL_HISTORY', 'WARDBOOK_TYPES'])
      Reflect.deleteProperty(process.env, name);
  });

  it(`lives through ${MESSAGES} messages of seed ${SEED} and answers no unsigned one`, async () => {
    const maker = new FuzzMaker(SEED);
    const signed = new Set<string>();
    const answered = new Set<string>();
    const clients = CHANNELS.map(client);
    const listen = async (socket: Dealer) => {
      for await (const frames of socket) {
        const at = frames.findIndex(frame => String(frame) === '<IDS|MSG>');
        const parent = JSON.parse(String(frames[at + 3])) as { msg_id?: string };
        answered.add(parent.msg_id ?? '');
      }
    };
    for (const socket of clients) void listen(socket).catch(() => undefined);

    for (let sent = 0; sent < MESSAGES; sent += 1) {
      const message = maker.next();
      if (message.signed) signed.add(message.id);
      await clients[sent % clients.length]?.send([...message.frames]);
      // The kernel shares this thread: it gets its turn.
      if (sent % 50 === 0) await after(1);
    }
    const last = client('shell');
    const parts = [{ msg_id: 'last', msg_type: 'kernel_info_request' }, {}, {}, {}].map(part =>
      Buffer.from(JSON.stringify(part))
    );
    await last.send(['<IDS|MSG>', signatureOf(parts), ...parts]);
    const reply = await last.receive();

    expect(JSON.parse(String(reply.at(-1)))).toMatchObject({ status: 'ok' });
    expect([...answered].filter(id => !signed.has(id))).toEqual([]);
    // Requests of the shell are answered, so that the test is not passed by a kernel that is deaf.
    expect(answered.size).toBeGreaterThan(MESSAGES / 20);
  }, 600_000);

  it('lives through subscriptions that are none', async () => {
    const subscriber = new Subscriber({ linger: 0 });
    sockets.push(subscriber);
    subscriber.connect(`tcp://127.0.0.1:${ports['iopub_port']}`);
    for (const topic of ['\0', '\u00ff'.repeat(1_000), '']) subscriber.subscribe(topic);
    const frames = await subscriber.receive();
    expect(frames.map(String)).toContain('<IDS|MSG>');
  });
});
