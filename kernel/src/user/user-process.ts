import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { cellError } from './cell-error.js';
import { UserComms } from './comms.js';
import { Evaluator } from './evaluator.js';
import { installGlobals, WardbookCellError } from './globals.js';
import type { CallError, FromUser, ToUser } from './messages.js';
import { mimeOf, type MimeBundle } from './mime.js';
import { CellStreams } from './streams.js';
import { ResultHandle } from './study.js';
import type { Result } from '@wardbook/protocol';

// The one process that runs user code. It holds no key and no token; everything goes through its parent.
const post = process.send?.bind(process);
if (post === undefined) throw new Error('started without its parent');
const send = (message: FromUser) => void post(message);
// User code cannot speak to the parent by itself.
Reflect.deleteProperty(process, 'send');

const evaluator = new Evaluator();
let running = '';
const cell = () => evaluator.current.getStore() ?? running;
const streams = new CellStreams(send, cell);
const waiting = new Map<
  number,
  { resolve: (value: unknown) => void; reject: (error: Error) => void }
>();
let requests = 0;

function request(make: (id: number) => FromUser): Promise<unknown> {
  requests += 1;
  const id = requests;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    streams.flush();
    send(make(id));
  });
}

// Faults outside of a cell are shown, the process lives on.
const late = (error: unknown) =>
  streams.write('stderr', `${cellError(error).traceback.join('\n')}\n`);
const comms = new UserComms({
  send: message => {
    streams.flush();
    send({ ...message, cell: cell() });
  },
  under: (id, run) => evaluator.current.run(id, run),
  fault: late
});

streams.install();
installGlobals({
  comms,
  send,
  cell,
  flush: () => streams.flush(),
  call: (method, argument) =>
    request(call => ({ type: 'call', cell: cell(), call, method, argument })),
  prompt: async (text, password) =>
    String(await request(id => ({ type: 'prompt', cell: cell(), request: id, text, password })))
});

/** Marks the end of a cell on the raw pipes, so that the parent knows when native output has arrived. */
function mark(id: string): void {
  for (const fd of [1, 2]) writeSync(fd, `\u0000${id}\u0000`);
}

async function evaluate(message: Extract<ToUser, { type: 'evaluate' }>): Promise<void> {
  running = message.id;
  const ended = await evaluator.evaluate(message.id, message.name, message.code);
  let result: MimeBundle | null = null;
  let error: unknown = undefined;
  let failed = ended.kind !== 'value';
  if (ended.kind === 'value' && message.hasValue && ended.value !== undefined) {
    try {
      result = await evaluator.current.run(message.id, () => mimeOf(ended.value));
    } catch (fault) {
      failed = true;
      error = fault;
    }
  }
  if (ended.kind === 'error') error = ended.error;
  const expressions = failed ? {} : await userExpressions(message.expressions);
  streams.flush();
  mark(message.id);
  const shown =
    ended.kind === 'interrupted'
      ? {
          ename: 'Interrupted',
          evalue: 'The cell was interrupted.',
          traceback: ['Interrupted: the cell was interrupted; variables are kept.']
        }
      : cellError(error);
  send({ type: 'done', id: message.id, result, error: failed ? shown : null, expressions });
}

async function userExpressions(
  expressions: Readonly<Record<string, string>>
): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const [name, code] of Object.entries(expressions)) {
    const ended = await evaluator.evaluate('', 'expression.ts', `(${code})`);
    answers[name] =
      ended.kind === 'value'
        ? { status: 'ok', ...(await mimeOf(ended.value)) }
        : {
            status: 'error',
            ...cellError(ended.kind === 'error' ? ended.error : new Error('interrupted'))
          };
  }
  return answers;
}

/** A plan is evaluated with side effects forbidden; what V8 refuses sends nothing. */
async function plan(message: Extract<ToUser, { type: 'plan' }>): Promise<void> {
  try {
    const value: unknown = await evaluator.evaluatePure(message.code, 2_000);
    send({
      type: 'reply',
      id: message.id,
      value: { plan: JSON.parse(JSON.stringify(value ?? null)) as unknown }
    });
  } catch (error) {
    send({ type: 'reply', id: message.id, value: { error: cellError(error) } });
  }
}

async function complete(message: Extract<ToUser, { type: 'complete' }>): Promise<void> {
  const names: string[] =
    message.expression === ''
      ? [...(await evaluator.names()), ...Object.getOwnPropertyNames(globalThis)]
      : await members(message.expression);
  send({ type: 'reply', id: message.id, value: names });
}

async function members(expression: string): Promise<string[]> {
  const code = `(() => { const names = []; let value = ${expression}; if (value === undefined || value === null) return names; for (value = Object(value); value !== null; value = Object.getPrototypeOf(value)) names.push(...Object.getOwnPropertyNames(value)); return names; })()`;
  try {
    const value = await evaluator.evaluatePure(code, 200);
    return Array.isArray(value) ? [...new Set(value.map(String))] : [];
  } catch {
    return [];
  }
}

async function inspected(message: Extract<ToUser, { type: 'inspect' }>): Promise<void> {
  try {
    const { data } = await mimeOf(await evaluator.evaluatePure(message.expression, 200));
    send({ type: 'reply', id: message.id, value: data['text/plain'] });
  } catch {
    send({ type: 'reply', id: message.id, value: null });
  }
}

function settle(id: number, outcome: { value?: unknown; error?: CallError }): void {
  const waiter = waiting.get(id);
  waiting.delete(id);
  if (outcome.error) waiter?.reject(new WardbookCellError(outcome.error));
  else waiter?.resolve(outcome.value);
}

process.on('message', (message: ToUser) => {
  switch (message.type) {
    case 'evaluate':
      return void evaluate(message);
    case 'plan':
      return void plan(message);
    case 'complete':
      return void complete(message);
    case 'inspect':
      return void inspected(message);
    case 'interrupt':
      return evaluator.interrupt(message.id);
    case 'input':
      return settle(message.request, { value: message.value });
    case 'answer':
      return settle(message.call, message);
    case 'assign':
      return void Object.defineProperty(globalThis, message.name, {
        value: handleOf(message.value),
        configurable: true,
        writable: true,
        enumerable: true
      });
    case 'comm-open':
    case 'comm-msg':
    case 'comm-close':
      return comms.receive(message, message.cell);
  }
});

function handleOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'result' in value && value.result === 1
    ? new ResultHandle(value as Result)
    : value;
}

process.on('uncaughtException', late).on('unhandledRejection', late);
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

new Worker(new URL('interrupt-worker.js', import.meta.url)).unref();
await evaluator.start();
send({ type: 'ready' });
