import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import { describe, expect, it } from 'vitest';
import type { LabUser, Role } from '../config.js';
import { serveChannels } from './channels-socket.js';
import type { LabKernel } from './lab-kernel.js';
import { toSocket, type Channel, type Parts } from './wire.js';

class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  closed: readonly [number, string] | null = null;
  readonly sent: Buffer[] = [];
  close(code: number, reason: string): void {
    this.closed = [code, reason];
  }
  send(frame: Buffer): void {
    this.sent.push(frame);
  }
}

const userWith = (role: Role): LabUser => ({
  name: 'paul',
  displayName: 'Paul',
  color: 'grey',
  role,
  locale: 'en',
  member: 'paul' as LabUser['member'],
  tokenHash: '0'.repeat(64)
});

function serve(role: Role) {
  const socket = new FakeSocket();
  const received: (readonly [Channel, Parts])[] = [];
  let hear: Parameters<LabKernel['listen']>[0] = () => undefined;
  const kernel: Pick<LabKernel, 'listen' | 'send' | 'ready'> = {
    listen: listener => {
      hear = listener;
      return () => undefined;
    },
    ready: () => Promise.resolve(),
    send: (channel, parts) => {
      received.push([channel, parts]);
      return Promise.resolve();
    }
  };
  serveChannels(socket as unknown as WebSocket, kernel, {
    user: userWith(role),
    cells: () => Promise.resolve([{ id: 'a', source: '41 + 1' }])
  });
  const publish = (...texts: readonly unknown[]) =>
    hear(
      'iopub',
      texts.map(text => Buffer.from(JSON.stringify(text)))
    );
  return { socket, received, publish };
}

const frame = (texts: readonly string[]) =>
  toSocket(
    'shell',
    texts.map(text => Buffer.from(text))
  );
const header = JSON.stringify({ msg_id: 'm1', msg_type: 'kernel_info_request', username: 'ana' });

describe('serveChannels', () => {
  it.each([
    ['a header that is no JSON', frame(['{garbage', '{}', '{}', '{}'])],
    ['a header that is null', frame(['null', '{}', '{}', '{}'])],
    ['a header without an id', frame(['{"msg_type":"kernel_info_request"}', '{}', '{}', '{}'])],
    ['content that is no JSON', frame([header, '{}', '{}', '{'])],
    ['a message of one part', frame([header])],
    ['no frame at all', Buffer.from('hello')],
    ['offsets that lead nowhere', Buffer.alloc(200, 0xff)]
  ])('closes on %s, from a reader too, and does not throw', (_what, bytes) => {
    const { socket, received } = serve('viewer');

    expect(() => socket.emit('message', bytes, true)).not.toThrow();

    expect(socket.closed).toEqual([1003, 'LAB_BAD_REQUEST']);
    expect(received).toEqual([]);
  });

  it('stamps who asks: nobody can wear another name', () => {
    const { socket, received } = serve('executor');

    socket.emit('message', frame([header, '{}', '{}', '{}']), true);

    const [channel, [first]] = received[0] ?? ['iopub', []];
    expect(channel).toBe('shell');
    expect(JSON.parse(String(first))).toMatchObject({ msg_id: 'm1', username: 'paul' });
  });

  it('tells of a debugger that starts where it was started, and of all it does then everywhere', () => {
    const pages = ['one', 'two'].map(session => {
      const page = serve('executor');
      const asked = { msg_id: session, msg_type: 'debug_request', session };
      const parts = [asked, {}, {}, {}].map(part => Buffer.from(JSON.stringify(part)));
      page.socket.emit('message', toSocket('control', parts), true);
      return page;
    });
    const event = (name: string) =>
      pages.map(({ socket, publish }) => {
        const parent = { msg_id: 'one', session: 'one' };
        publish({ msg_type: 'debug_event' }, parent, {}, { type: 'event', event: name });
        return socket.sent.splice(0).length;
      });

    expect(event('initialized')).toEqual([1, 0]);
    expect(event('stopped')).toEqual([1, 1]);
    expect(event('terminated')).toEqual([1, 1]);
  });

  it.each([
    ['a cell', 'shell', 'execute_request', { code: '1' }],
    ['a completion', 'shell', 'complete_request', { code: '1', cursor_pos: 1 }],
    ['a change of a widget', 'shell', 'comm_msg', { comm_id: 'w', data: { method: 'update' } }],
    ['a debugger', 'control', 'debug_request', { type: 'request', command: 'attach' }]
  ] as const)(
    'sends a kernel nothing for %s of a reader',
    async (_what, channel, type, content) => {
      const { socket, received } = serve('viewer');
      const texts = [JSON.stringify({ msg_id: 'm2', msg_type: type }), '{}', '{}'];
      const parts = [...texts, JSON.stringify(content)].map(text => Buffer.from(text));

      socket.emit('message', toSocket(channel, parts), true);
      socket.emit('message', frame([header, '{}', '{}', '{}']), true);

      // Messages keep their order: what came before the second one was judged before it.
      await expect.poll(() => received.length).toBe(1);
      expect(JSON.parse(String(received[0]?.[1][0]))).toMatchObject({ msg_id: 'm1' });
      expect(socket.closed).toBeNull();
    }
  );

  it('lets a reader ask for the problems of the cells that the lab has, and for no others', async () => {
    const { socket, received } = serve('viewer');
    const send = (id: string, type: string, content: unknown) =>
      socket.emit(
        'message',
        frame([
          JSON.stringify({ msg_id: id, msg_type: type }),
          '{}',
          '{"secret":1}',
          JSON.stringify(content)
        ]),
        true
      );
    const data = { type: 'check', request: 1, cells: [{ id: 'a', source: 'import "./forged"' }] };

    send('m1', 'comm_open', { comm_id: 'c', target_name: 'wardbook.language', data: {} });
    send('m2', 'comm_msg', { comm_id: 'c', data });

    await expect.poll(() => received.length).toBe(2);
    const [, second] = received.map(([, parts]) => parts.map(String));
    expect(second?.[2]).toBe('{}');
    expect(JSON.parse(second?.[3] ?? '')).toEqual({
      comm_id: 'c',
      data: { type: 'check', request: 1, cells: [{ id: 'a', source: '41 + 1' }] }
    });
  });
});
