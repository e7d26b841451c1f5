import { describe, expect, it } from 'vitest';
import type { CommMessage } from '../user/messages.js';
import { Comms, type Comm, type CommArrival } from './comms.js';
import { recordingSockets, requestOf } from './messages.fixture.js';
import { Outputs } from './outputs.js';

function setUp() {
  const { sockets, seen } = recordingSockets();
  const forwarded: ({ cell: string } & CommMessage)[] = [];
  const comms = new Comms(sockets, new Outputs(sockets), {
    handle: message => {
      forwarded.push(message);
      return Promise.resolve();
    }
  });
  const take = (type: string, content: Record<string, unknown>) =>
    comms.take(requestOf(`${type}-1`, type, content));
  return { comms, seen, forwarded, take };
}

describe('comms', () => {
  it('of a target of this process reach its listener, and its answers carry their parent', async () => {
    const { comms, seen, forwarded, take } = setUp();
    const arrived: CommArrival[] = [];
    let ended = false;
    comms.registerTarget('own', (comm: Comm) => {
      comm.onMessage(arrival => {
        arrived.push(arrival);
        comm.send({ answer: 1 }, { parent: arrival.parent });
      });
      comm.onClose(() => (ended = true));
    });
    await take('comm_open', { comm_id: 'c', target_name: 'own', data: {} });
    await take('comm_msg', { comm_id: 'c', data: { ask: 1 } });
    expect(comms.info('own')).toEqual({ c: { target_name: 'own' } });
    await take('comm_close', { comm_id: 'c' });

    expect(arrived.map(({ data }) => data)).toEqual([{ ask: 1 }]);
    expect(seen).toMatchObject([
      { type: 'comm_msg', content: { comm_id: 'c', data: { answer: 1 } }, parent: 'comm_msg-1' }
    ]);
    expect(ended).toBe(true);
    expect(forwarded).toEqual([]);
    expect(comms.info(undefined)).toEqual({});
  });

  it('stay with who opened them: a second opening of an id is not heard', async () => {
    const { comms, forwarded, take } = setUp();
    const opened: string[] = [];
    comms.registerTarget('own', ({ id }) => void opened.push(id));
    await take('comm_open', { comm_id: 'a', target_name: 'own' });
    await take('comm_open', { comm_id: 'b', target_name: 'slider' });
    await take('comm_open', { comm_id: 'a', target_name: 'slider' });
    await take('comm_open', { comm_id: 'b', target_name: 'own' });

    expect(comms.info(undefined)).toEqual({
      a: { target_name: 'own' },
      b: { target_name: 'slider' }
    });
    expect(opened).toEqual(['a']);
    expect(forwarded).toHaveLength(1);

    await take('comm_close', { comm_id: 'a' });
    await take('comm_open', { comm_id: 'a', target_name: 'own' });
    expect(opened).toEqual(['a', 'a']);
  });

  it('of any other target go to user code and come back under their message', async () => {
    const { comms, seen, forwarded, take } = setUp();
    await take('comm_open', { comm_id: 'c', target_name: 'slider', data: { at: 1 } });
    await take('comm_msg', { comm_id: 'c', data: { at: 2 } });
    const event = { data: { at: 3 }, metadata: {}, buffers: [] };
    comms.fromUser('comm_msg-1', { type: 'comm-msg', commId: 'c', ...event });
    expect(comms.info('slider')).toEqual({ c: { target_name: 'slider' } });
    comms.fromUser('comm_msg-1', { type: 'comm-close', commId: 'c', ...event });

    expect(forwarded).toMatchObject([
      { type: 'comm-open', target: 'slider', commId: 'c', cell: 'comm_open-1' },
      { type: 'comm-msg', commId: 'c', data: { at: 2 }, cell: 'comm_msg-1' }
    ]);
    expect(seen.map(({ type, parent }) => [type, parent])).toEqual([
      ['comm_msg', 'comm_msg-1'],
      ['comm_close', 'comm_msg-1']
    ]);
    expect(comms.info(undefined)).toEqual({});
  });

  it('that user code opens are listed, and closed at the front end when its process ends', () => {
    const { comms, seen } = setUp();
    const event = { data: {}, metadata: {}, buffers: [] };
    comms.fromUser('cell', { type: 'comm-open', commId: 'u', target: 'chart', ...event });
    expect(comms.info('')).toEqual({ u: { target_name: 'chart' } });
    comms.userEnded();
    expect(seen.at(-1)).toMatchObject({ type: 'comm_close', content: { comm_id: 'u' } });
    expect(comms.info('')).toEqual({});
  });

  it('that nobody knows are passed over', async () => {
    const { forwarded, seen, take } = setUp();
    await take('comm_msg', { comm_id: 'nobody', data: {} });
    await take('comm_close', { comm_id: 'nobody' });
    await take('comm_msg', {});
    expect([...forwarded, ...seen]).toEqual([]);
  });
});
