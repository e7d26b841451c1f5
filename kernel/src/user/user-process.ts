import { Worker } from 'node:worker_threads';
import { cellError } from './cell-error.js';
import { CellRunner } from './cell-runner.js';
import { UserComms } from './comms.js';
import { Displays } from './display.js';
import { Evaluator } from './evaluator.js';
import { endAtExit } from './exit.js';
import { flushBefore } from './flush-points.js';
import { installGlobals } from './globals.js';
import { cellImporter } from './importer.js';
import { Introspection } from './introspection.js';
import type { LocalModules } from './local-modules.js';
import type { FromUser, ToUser } from './messages.js';
import { installShow } from './show.js';
import { takeParentChannel } from './parent-channel.js';
import { mimeOf } from './mime.js';
import { ParentRequests } from './parent-requests.js';
import { Sources } from './sources.js';
import { CellStreams } from './streams.js';
import { ResultHandle } from './study.js';
import { uninterrupted } from './user-code.js';
import { ownScript } from '../wire/own-scripts.js';
import { WidgetHost } from '../widgets/widget-host.js';
import type { Result } from '@wardbook/protocol';

// The one process that runs user code. It holds no key and no token; everything goes through its parent.
const { send: write, receive } = takeParentChannel();
// A stop in the middle of a message would break the way to the parent.
const send = (message: FromUser) => uninterrupted(() => write(message));

const evaluator = new Evaluator();
const sources = new Sources();
const folder = process.cwd();
let running = '';
const cell = () => evaluator.current.getStore() ?? running;
const streams = new CellStreams(send, cell);
const flush = () => streams.flush();
const errorText = (error: unknown) => cellError(error, sources).traceback.join('\n');
// Faults outside of a cell are shown, the process lives on.
const late = (error: unknown) => streams.write('stderr', `${errorText(error)}\n`);

let local: Promise<LocalModules> | null = null;
async function loadLocal(): Promise<LocalModules> {
  const modules = await import('./local-modules.js');
  return new modules.LocalModules(sources);
}

const displays = new Displays({ send, cell, flush, errorText });
const requests = new ParentRequests({ send, cell, flush });
const comms = new UserComms({
  send: message => {
    flush();
    send({ ...message, cell: cell() });
  },
  under: (id, run) => evaluator.current.run(id, run),
  fault: late
});

streams.install(errorText);
installGlobals({
  comms,
  widgets: new WidgetHost(comms),
  displays,
  importer: cellImporter({
    folder,
    local: () => (local ??= loadLocal()),
    warn: text => streams.write('stderr', `${text}\n`)
  }),
  magic: async (_name, words) => {
    const { addPackages } = await import('./packages.js');
    await addPackages(words, { folder, write: text => streams.write('stdout', text) });
  },
  call: (method, argument) => requests.call(method, argument),
  prompt: (text, password) => requests.prompt(text, password),
  page: async value => {
    const { data } = await mimeOf(value, errorText);
    send({ type: 'payload', cell: cell(), payload: { source: 'page', data, start: 0 } });
  }
});

const runner = new CellRunner({ evaluator, sources, displays, streams, send });
const introspection = new Introspection({
  evaluator,
  sources,
  send,
  errorOf: error => cellError(error, sources)
});

function receiveOne(message: ToUser): void {
  switch (message.type) {
    case 'evaluate':
      running = message.id;
      return runner.run(message);
    case 'plan':
      return void introspection.plan(message);
    case 'complete':
      return void introspection.complete(message);
    case 'inspect':
      return void introspection.inspect(message);
    case 'interrupt':
      return evaluator.interrupt(message.id);
    case 'input':
      return requests.settle(message.request, { value: message.value });
    case 'answer':
      return requests.settle(message.call, message);
    case 'assign':
      return void evaluator.assign(message.name, handleOf(message.value));
    case 'comm-open':
    case 'comm-msg':
    case 'comm-close':
      return void comms.receive(message, message.cell).then(() => {
        flush();
        send({ type: 'comm-handled', cell: message.cell });
      });
  }
}

function handleOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'result' in value && value.result === 1
    ? new ResultHandle(value as Result)
    : value;
}

endAtExit(message => {
  flush();
  send(message);
});
flushBefore(flush);
process.on('uncaughtException', late).on('unhandledRejection', late);
process.on('SIGINT', () => undefined);

const worker = new Worker(ownScript('user/interrupt-worker', import.meta.url), {
  workerData: evaluator.shared
});
worker
  .on('message', (ids: readonly string[]) => ids.forEach(id => evaluator.interrupt(id)))
  .unref();
installShow();
receive(receiveOne);
send({ type: 'ready' });
