import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { UserComms, type CommEvent } from './comms.js';
import type { CommMessage } from './messages.js';

function setUp() {
  const cells = new AsyncLocalStorage<string>();
  const sent: (CommMessage & { cell: string | undefined })[] = [];
  const faults: { cell: string | undefined; error: unknown }[] = [];
  const comms = new UserComms({
    send: message => void sent.push({ cell: cells.getStore(), ...message }),
    under: (cell, run) => cells.run(cell, run),
    fault: error => void faults.push({ cell: cells.getStore(), error })
  });
  const event = { data: { a: 1 }, metadata: {}, buffers: [new Uint8Array([1, 2])] };
  return { cells, sent, faults, comms, event };
}

describe('comms of user code', () => {
  it('opens a comm, sends on it and closes it once', () => {
    const { comms, sent } = setUp();
    const comm = comms.open('chart', { x: 1 });
    comm.send({ y: 2 }, { m: 1 }, [new Uint8Array([7])]);
    comm.close();
    comm.close();
    comm.send({ lost: true });

    expect(sent.map(({ type, data }) => [type, data])).toEqual([
      ['comm-open', { x: 1 }],
      ['comm-msg', { y: 2 }],
      ['comm-close', {}]
    ]);
    expect(sent[1]?.buffers).toEqual([new Uint8Array([7])]);
    expect(comms.all.size).toBe(0);
  });

  it('runs a target and its listeners under the message that called them, across awaits', async () => {
    const { comms, sent, event, cells } = setUp();
    const seen: [string | undefined, CommEvent][] = [];
    comms.registerTarget('slider', comm => {
      comm.onMessage(async arrived => {
        await after(1);
        seen.push([cells.getStore(), arrived]);
        comm.send({ answer: true });
      });
    });
    await comms.receive({ type: 'comm-open', target: 'slider', commId: 'c1', ...event }, 'open-1');
    await comms.receive({ type: 'comm-msg', commId: 'c1', ...event }, 'message-2');
    await after(20);

    expect(seen).toEqual([['message-2', event]]);
    expect(sent).toMatchObject([{ type: 'comm-msg', commId: 'c1', cell: 'message-2' }]);
  });

  it('closes a comm of an unknown target at once, under the message that opened it', async () => {
    const { comms, sent, event } = setUp();
    await comms.receive({ type: 'comm-open', target: 'nobody', commId: 'c9', ...event }, 'open-9');

    expect(sent).toMatchObject([{ type: 'comm-close', commId: 'c9', cell: 'open-9' }]);
    expect(comms.all.size).toBe(0);
  });

  it('hands an error of a listener over and goes on with the others', async () => {
    const { comms, faults, event } = setUp();
    const comm = comms.open('chart');
    let reached = false;
    comm.onMessage(() => {
      throw new Error('first');
    });
    comm.onMessage(() => (reached = true));
    await comms.receive({ type: 'comm-msg', commId: comm.id, ...event }, 'm');
    await after(1);

    expect(faults).toMatchObject([{ cell: 'm', error: { message: 'first' } }]);
    expect(reached).toBe(true);
  });

  it('tells a close of the front end and forgets the comm', async () => {
    const { comms, sent, event } = setUp();
    const comm = comms.open('chart');
    let closed = 0;
    comm.onClose(() => (closed += 1));
    await comms.receive({ type: 'comm-close', commId: comm.id, ...event }, 'm');
    await comms.receive({ type: 'comm-msg', commId: comm.id, ...event }, 'm');
    comm.close();

    expect(closed).toBe(1);
    expect(comm.isOpen).toBe(false);
    expect(sent.map(({ type }) => type)).toEqual(['comm-open']);
  });
});
