import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Subscriber } from 'zeromq';
import { messageOf, RawKernel, signedRequest } from './raw-kernel.fixture.js';

let raw: RawKernel;
// Loaded before, so that a kernel is ready for its first cell at once, and waits for a subscriber alone.
beforeAll(() => import('./kernel-parts.js'));
beforeEach(async () => {
  raw = await RawKernel.create();
});
afterEach(() => raw[Symbol.asyncDispose]());

/** Sends the first cell of a kernel, and returns when the kernel has taken it and answers the question after it. */
async function firstCell(id: string, code: string) {
  const shell = raw.dealer('shell');
  void raw.kernel.start();
  await shell.send(signedRequest('execute_request', { code }, { id }));
  await shell.send(signedRequest('kernel_info_request', {}, { id: 'who' }));
  const first = messageOf(await shell.receive());
  expect(first).toMatchObject({ type: 'kernel_info_reply', parent: 'who' });
  return shell;
}

/** What is published under a request up to its idle. */
async function published(subscriber: Subscriber, id: string): Promise<string[]> {
  const types: string[] = [];
  for (;;) {
    const { type, parent, content } = messageOf(await subscriber.receive());
    if (parent !== id) continue;
    const { execution_state: state, text } = content;
    types.push([type, state ?? text].filter(Boolean).join(' '));
    if (state === 'idle') return types;
  }
}

describe('the first cell of a kernel', () => {
  it('that was sent before anybody subscribed gives all its outputs to the one who subscribes then', async () => {
    await firstCell('first', "'printed'");
    const late = raw.subscriber();
    late.subscribe('');

    expect(await published(late, 'first')).toEqual([
      ...['status busy', 'execute_input', "stream 'printed'", 'status idle']
    ]);
  });

  it('runs when nobody subscribes, after a wait', async () => {
    const begun = performance.now();
    const shell = await firstCell('first', '1 + 1');

    const reply = messageOf(await shell.receive());
    const waitedMs = performance.now() - begun;

    expect(reply).toMatchObject({ type: 'execute_reply', parent: 'first' });
    expect(reply.content).toMatchObject({ status: 'ok', execution_count: 1 });
    expect(waitedMs).toBeGreaterThan(250);
    expect(waitedMs).toBeLessThan(5_000);
  });

  it('does not wait for a second subscriber, and neither does a later cell', async () => {
    const subscriber = raw.subscriber();
    subscriber.subscribe('');
    const shell = await firstCell('first', '1');
    await published(subscriber, 'first');
    expect(messageOf(await shell.receive())).toMatchObject({ parent: 'first' });

    await shell.send(signedRequest('execute_request', { code: '2' }, { id: 'second' }));

    expect(await published(subscriber, 'second')).toContain('stream 2');
    expect(messageOf(await shell.receive())).toMatchObject({ parent: 'second' });
  });

  it('comes before those that were sent meanwhile, in their order', async () => {
    const shell = raw.dealer('shell');
    void raw.kernel.start();
    const ids = Array.from({ length: 20 }, (_, index) => `cell-${index}`);
    for (const id of ids) await shell.send(signedRequest('execute_request', { code: id }, { id }));

    const replies: string[] = [];
    for (const _ of ids) replies.push(messageOf(await shell.receive()).parent);

    expect(replies).toEqual(ids);
  });
});
