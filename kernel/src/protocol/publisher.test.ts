import { setTimeout as after } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Subscriber, XPublisher } from 'zeromq';
import { Publisher, WAITING_MESSAGES, type PublishLimits } from './publisher.js';
import { freePort } from './raw-kernel.fixture.js';

const LARGE = 'x'.repeat(100_000);
const WAIT_MS = 15_000;
const SMALL: PublishLimits = {
  ...{ highBytes: 2_000_000, lowBytes: 500_000 },
  ...{ silentMs: WAIT_MS, slowestBytesPerMs: 128 }
};

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

async function setUp(limits: PublishLimits = SMALL) {
  const address = `tcp://127.0.0.1:${await freePort()}`;
  const socket = new XPublisher({
    ...{ sendHighWaterMark: WAITING_MESSAGES, sendTimeout: 0, linger: 0 },
    verbosity: 'allSubs'
  });
  await socket.bind(address);
  opened.push(socket);
  const told = { pressed: [] as boolean[], leftBehind: 0 };
  const publisher = new Publisher(
    socket,
    {
      pressed: isHigh => void told.pressed.push(isHigh),
      leftBehind: () => void (told.leftBehind += 1)
    },
    limits
  );
  // A small buffer of the system, so that little lies there.
  const subscriber = async () => {
    const one = new Subscriber({ linger: 0, receiveHighWaterMark: 1, receiveBufferSize: 4_096 });
    one.connect(address);
    one.subscribe('');
    opened.push(one);
    await socket.receive();
    return one;
  };
  return { publisher, socket, subscriber, told };
}

const numbered = (count: number) => [`${count}`, LARGE];

/** Numbers of the messages that arrive until the last one. */
async function read(subscriber: Subscriber, last: number): Promise<number[]> {
  const seen: number[] = [];
  while (seen.at(-1) !== last) seen.push(Number(String((await subscriber.receive())[0])));
  return seen;
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);

async function until(done: () => boolean): Promise<void> {
  const end = performance.now() + WAIT_MS;
  while (!done()) {
    if (performance.now() > end) throw new Error('it did not come to pass');
    await after(5);
  }
}

describe('a publisher', () => {
  it('keeps the order, and what is sent at once is with the socket at once', async () => {
    const { publisher, subscriber } = await setUp();
    const quick = await subscriber();
    for (const count of range(0, 2_000)) publisher.send([`${count}`, 'small']);
    expect(await read(quick, 1_999)).toEqual(range(0, 2_000));
  });

  it('loses nothing for a reader that is slow, and asks to be spared meanwhile', async () => {
    const { publisher, subscriber, told } = await setUp();
    const slow = await subscriber();
    const asked: boolean[] = [];
    for (const count of range(0, 300)) {
      publisher.send(numbered(count));
      asked.push(told.pressed.at(-1) === true);
      await after(0);
    }
    // Whoever heeds it makes no more: 30 MB are not kept.
    expect(asked.indexOf(true)).toBeGreaterThan(0);
    expect(asked.indexOf(true)).toBeLessThan(250);
    expect(await read(slow, 299)).toEqual(range(0, 300));
    await until(() => told.pressed.at(-1) === false);
    expect(told.leftBehind).toBe(0);
  });

  it('leaves a subscriber behind that is silent: the others get all, and it gets what comes when it reads again', async () => {
    const { publisher, subscriber, told } = await setUp({
      ...SMALL,
      silentMs: 200,
      slowestBytesPerMs: 1e6
    });
    const silent = await subscriber();
    const quick = await subscriber();
    const all = read(quick, 299);
    for (const count of range(0, 300)) publisher.send(numbered(count));

    expect(await all).toEqual(range(0, 300));
    expect(told.leftBehind).toBe(1);

    let count = 300;
    const timer = setInterval(() => publisher.send([`${(count += 1)}`, 'small']), 5);
    const seen: number[] = [];
    while ((seen.at(-1) ?? 0) <= 300) seen.push(Number(String((await silent.receive())[0])));
    clearInterval(timer);
    // What it had room for comes first, whole and in order; then it is one of all again.
    const early = seen.slice(0, -1);
    expect(early.length).toBeGreaterThan(10);
    expect(early.length).toBeLessThan(300);
    expect(early).toEqual(range(0, early.length));
  });

  it('waits longer for a subscriber the more it has to take', async () => {
    const { publisher, subscriber, told } = await setUp({
      ...SMALL,
      silentMs: 10,
      slowestBytesPerMs: 0.2
    });
    const slow = await subscriber();
    for (const count of range(0, 200)) publisher.send(numbered(count));
    await after(300);
    expect(told.leftBehind).toBe(0);
    expect(await read(slow, 199)).toEqual(range(0, 200));
  });

  it('hands over what waits when its socket is to be closed, once', async () => {
    const { publisher, subscriber } = await setUp();
    const quick = await subscriber();
    for (const count of range(0, 20)) publisher.send([`${count}`, 'small']);
    publisher.flush();
    expect(await read(quick, 19)).toEqual(range(0, 20));
    publisher.send(['20', 'small']);
    expect(await read(quick, 20)).toEqual([20]);
  });

  it('is silent once its socket is closed', async () => {
    const { publisher, socket } = await setUp();
    socket.close();
    publisher.send(['0', 'small']);
    publisher.flush();
    await after(10);
    expect(socket.closed).toBe(true);
  });
});
