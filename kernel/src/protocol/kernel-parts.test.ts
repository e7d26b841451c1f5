import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ToUser } from '../user/messages.js';
import { KernelParts } from './kernel-parts.js';
import { recordingSockets, requestOf } from './messages.fixture.js';
import { Outputs } from './outputs.js';
import type { UserEvents, UserLink } from './user-link.js';

type Evaluate = Extract<ToUser, { type: 'evaluate' }>;

let folder = '';
let ended: KernelParts[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wardbook-parts-'));
  process.env['WARDBOOK_KERNEL_HISTORY'] = join(folder, 'history.jsonl');
  process.env['WARDBOOK_TYPES'] = 'off';
});
afterEach(async () => {
  for (const parts of ended) await parts.dispose();
  ended = [];
  for (const name of ['WARDBOOK_KERNEL_HISTORY', 'WARDBOOK_TYPES'])
    Reflect.deleteProperty(process.env, name);
  await rm(folder, { recursive: true, force: true });
});

/** A kernel without sockets whose user code ends when the test says so. */
function setUp(cellSeconds: number | null = null) {
  const { sockets, seen } = recordingSockets();
  const cells: Evaluate[] = [];
  const interrupted: string[] = [];
  const user = { isReady: true, events: null as UserEvents | null };
  const link = {
    get isReady() {
      return user.isReady;
    },
    listen: (events: UserEvents) => (user.events = events),
    ready: () => new Promise(() => undefined),
    send: () => Promise.resolve(),
    sendNow: (message: ToUser) => void (message.type === 'evaluate' && cells.push(message)),
    interrupt: (id: string) => void interrupted.push(id),
    stop: () => undefined
  };
  const parts = new KernelParts({
    ...{ link: link as unknown as UserLink, sockets, outputs: new Outputs(sockets) },
    settings: { memoryMb: null, cellSeconds, wrapper: [] },
    shutdown: () => Promise.resolve()
  });
  ended.push(parts);
  const execute = (id: string, content: object = {}) =>
    parts.take('shell', requestOf(id, 'execute_request', { code: '1', ...content }));
  const end = async (id: string, more: object = {}) => {
    const done = { type: 'done', id, error: null, expressions: {}, result: new Uint8Array(0) };
    user.events?.onMessage({ ...(done as object), ...more } as never);
    await after(5);
  };
  const told = (id: string) =>
    seen
      .filter(({ parent }) => parent === id)
      .map(({ type, content }) => {
        const { execution_state: state, status } = content as Record<string, string>;
        return [type, state ?? status].filter(Boolean).join(' ');
      });
  return { parts, seen, cells, interrupted, user, execute, end, told };
}

const ERROR = { ename: 'Error', evalue: 'no', traceback: ['Error: no'] };
const RESULT = Buffer.from('{"data":{"text/plain":"2"},"metadata":{}}');

describe('the life of a cell', () => {
  it('is busy, input, outputs, result, reply, idle, all under its request', async () => {
    const { execute, end, told, user, seen } = setUp();
    execute('a');
    const content = Buffer.from('{"name":"stdout","text":"x"}');
    user.events?.onMessage({ type: 'output', cell: 'a', message: 'stream', content });
    await end('a', { result: RESULT });

    expect(told('a')).toEqual([
      ...['status busy', 'execute_input', 'stream', 'execute_result'],
      ...['execute_reply ok', 'status idle']
    ]);
    expect(seen.find(({ type }) => type === 'execute_result')?.content).toEqual({
      ...{ execution_count: 1, data: { 'text/plain': '2' }, metadata: {} }
    });
  });

  it('of an error has it in the stream of outputs and in the reply, and aborts what waits', async () => {
    const { execute, end, told } = setUp();
    execute('a');
    execute('b');
    await end('a', { error: ERROR });
    expect(told('a').slice(2)).toEqual(['error', 'execute_reply error', 'status idle']);
    expect(told('b')).toEqual(['status busy', 'execute_reply aborted', 'status idle']);
  });

  it('goes on after an error when the cell asked for it', async () => {
    const { execute, end, cells } = setUp();
    execute('a', { stop_on_error: false });
    execute('b');
    await end('a', { error: ERROR });
    expect(cells.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('shows nothing and counts nothing when it is silent; without history it shows and does not count', async () => {
    const { execute, end, told, cells, seen } = setUp();
    execute('a', { silent: true });
    await end('a', { result: RESULT });
    execute('b', { store_history: false });
    await end('b');
    execute('c');
    expect(told('a')).toEqual(['status busy', 'execute_reply ok', 'status idle']);
    expect(cells.map(({ name }) => name)).toEqual([
      ...['uncounted-1.ts', 'uncounted-2.ts', 'cell-1.ts']
    ]);
    expect(seen.filter(({ type }) => type === 'execute_input').map(({ parent }) => parent)).toEqual(
      [...['b', 'c']]
    );
  });

  it('that is no TypeScript ends without user code, with the place of the fault', async () => {
    const { execute, cells, seen, told } = setUp();
    execute('a', { code: 'const = 1' });
    await after(20);
    expect(cells).toEqual([]);
    expect(told('a')).toContain('execute_reply error');
    expect(seen.find(({ type }) => type === 'error')?.content).toMatchObject({
      ename: 'SyntaxError'
    });
  });

  it('asks by user expressions and gets payloads of the pager', async () => {
    const { execute, end, cells, user, seen } = setUp();
    execute('a', { user_expressions: { x: '1 + 1', wrong: 7 } });
    expect(cells[0]?.expressions).toEqual({ x: '1 + 1', wrong: '' });
    const payload = { source: 'page', data: { 'text/plain': 'help' }, start: 0 } as const;
    user.events?.onMessage({ type: 'payload', cell: 'a', payload });
    await end('a');
    expect(seen.find(({ type }) => type === 'execute_reply')?.content).toMatchObject({
      payload: [payload]
    });
  });
});

describe('a cell that does not end by itself', () => {
  it('is interrupted by its id, or ends at once while its process starts', async () => {
    const { execute, interrupted, parts, user, told } = setUp();
    execute('a');
    parts.take('control', requestOf('i', 'interrupt_request'));
    expect(interrupted).toEqual(['a']);
    await after(5);
    expect(told('i')).toContain('interrupt_reply ok');
    user.isReady = false;
    parts.interrupt();
    await after(5);
    expect(told('a')).toContain('execute_reply error');
  });

  it('ends with its process, says why, and the next one runs', async () => {
    const { execute, user, seen, cells } = setUp();
    execute('a');
    user.events?.onDeath('SIGKILL');
    await after(5);
    expect(seen.find(({ type }) => type === 'error')?.content).toMatchObject({
      ename: 'UserProcessEnded',
      evalue: expect.stringContaining('SIGKILL') as string
    });
    execute('b');
    expect(cells.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('is stopped at the limit of its time', async () => {
    const { execute, interrupted, seen } = setUp(0.05);
    execute('a');
    await after(150);
    expect(interrupted).toEqual(['a']);
    expect(seen.find(({ type }) => type === 'error')?.content).toMatchObject({
      ename: 'CellTimeLimit'
    });
  });

  it('leaves a word under the latest cell when its process ends between cells', async () => {
    const { execute, end, user, seen } = setUp();
    execute('a');
    await end('a');
    user.events?.onDeath('exit code 1');
    expect(seen.at(-1)).toMatchObject({ type: 'stream', parent: 'a' });
  });
});

describe('other requests', () => {
  it('are answered while a cell runs, and leave the kernel busy', async () => {
    const { parts, execute, seen } = setUp();
    execute('a');
    parts.take('shell', requestOf('h', 'history_request', { hist_access_type: 'tail', n: 1 }));
    await after(50);
    const last = seen.slice(-3).map(({ type, parent }) => [type, parent]);
    expect(last).toEqual([
      ['history_reply', 'h'],
      ['status', 'h'],
      ['status', 'a']
    ]);
  });

  it('of a type that nobody knows are busy and idle, without an answer', async () => {
    const { parts, told } = setUp();
    parts.take('shell', requestOf('x', 'nonsense_request'));
    await after(5);
    expect(told('x')).toEqual(['status busy', 'status idle']);
  });

  it('for a subshell that does not exist are refused', async () => {
    const { parts, told } = setUp();
    const request = requestOf('s', 'execute_request', { code: '1' });
    parts.take('shell', { ...request, header: { ...request.header, subshell_id: 'nobody' } });
    await after(5);
    expect(told('s')).toContain('execute_reply error');
  });

  it('name the ports when asked to connect', async () => {
    const { parts, seen } = setUp();
    parts.take('shell', requestOf('c', 'connect_request'));
    await after(5);
    expect(seen.find(({ type }) => type === 'connect_reply')?.content).toMatchObject({
      ...{ shell_port: 1, hb_port: 5 }
    });
  });

  it('that user code forges are dropped: it publishes outputs only', () => {
    const { execute, user, told } = setUp();
    execute('a');
    const content = Buffer.from('{"execution_state":"idle"}');
    for (const message of ['status', 'execute_reply', 'comm_close'])
      user.events?.onMessage({ type: 'output', cell: 'a', message, content });
    expect(told('a')).toEqual(['status busy', 'execute_input']);
  });
});
