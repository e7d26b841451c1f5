import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dealer } from 'zeromq';
import { FUZZ_KEY, FuzzMaker } from './fuzz.fixture.js';
import { messageOf, RawKernel, signedRequest } from './raw-kernel.fixture.js';

const MESSAGES = Number(process.env['WARDBOOK_FUZZ_MESSAGES'] ?? 2_000);
const SEED = Number(process.env['WARDBOOK_FUZZ_SEED'] ?? 20_261_125);
const CHANNELS = ['shell', 'control', 'stdin'] as const;

describe('a kernel under fuzz', () => {
  let raw: RawKernel;
  beforeAll(async () => {
    raw = await RawKernel.create(FUZZ_KEY);
    await raw.kernel.start();
  });
  afterAll(() => raw[Symbol.asyncDispose]());

  it(`lives through ${MESSAGES} messages of seed ${SEED} and answers no unsigned one`, async () => {
    const maker = new FuzzMaker(SEED);
    const signed = new Set<string>();
    const answered = new Set<string>();
    const clients = CHANNELS.map(channel => raw.dealer(channel));
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
    const last = raw.dealer('shell');
    await last.send(signedRequest('kernel_info_request', {}, { key: FUZZ_KEY }));
    const reply = messageOf(await last.receive());

    expect(reply.content).toMatchObject({ status: 'ok' });
    expect([...answered].filter(id => !signed.has(id))).toEqual([]);
    // Requests of the shell are answered, so that the test is not passed by a kernel that is deaf.
    expect(answered.size).toBeGreaterThan(MESSAGES / 20);
  }, 600_000);

  it('lives through subscriptions that are none', async () => {
    const subscriber = raw.subscriber();
    for (const topic of ['\0', '\u00ff'.repeat(1_000), '']) subscriber.subscribe(topic);
    const frames = await subscriber.receive();
    expect(frames.map(String)).toContain('<IDS|MSG>');
  });
});
