import { createReadStream, readFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { setTimeout as after } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { DEBUG, RunningCells } from './running-cells.js';

// Runs beside the main thread, so that it can stop a loop there. Each line on the pipe names a cell to interrupt;
// '*' means whatever keeps the main thread from answering.
const cells = new RunningCells(workerData as SharedArrayBuffer);
const session = new Session();
session.connectToMainThread();

/** A main thread at an await answers by itself in this time, and nothing is stopped by force. */
const ANSWER_MS = 8;
const AGAIN_MS = 40;
/** Code that no cell owns, such as a timer of an earlier one, may keep the main thread for so long. */
const FOREIGN_MS = 300;
const CHILD_MS = 150;
/** How long a cell that ended is watched for what it left behind. */
const WATCH_MS = 300;
const GIVE_UP_MS = 10_000;

let rest = '';
createReadStream('', { fd: 4, autoClose: false, encoding: 'utf8' }).on('data', chunk => {
  const lines = (rest + String(chunk)).split('\n');
  rest = lines.pop() ?? '';
  for (const id of lines) {
    if (id === DEBUG) void relay();
    else if (id !== '') void interrupt(id);
  }
});

let relaying = false;

async function relay(): Promise<void> {
  if (relaying) return;
  relaying = true;
  (await import('./debug-relay.js')).relayInspector();
}

async function interrupt(id: string): Promise<void> {
  const began = performance.now();
  const answers = new Answers();
  const since: { running?: number; ended?: number } = {};
  let signals = 0;
  for (let now = began; now - began < GIVE_UP_MS; now = performance.now()) {
    parentPort?.postMessage(id);
    await after(since.running === undefined ? ANSWER_MS : AGAIN_MS);
    const silentMs = answers.silence();
    const stage = id === '*' ? 'waiting' : cells.stageOf(id);
    if (id === '*' && silentMs === 0) return;
    if (stage === 'running') {
      since.running ??= performance.now();
      // A cell at an await has been told; one that loops has not heard it.
      stop(id);
      if (performance.now() - since.running > CHILD_MS * (1 + 10 * signals)) {
        signalChildren(signals === 0 ? 'SIGINT' : 'SIGTERM');
        signals += 1;
      }
    } else if (stage === 'ended') {
      since.ended ??= performance.now();
      // A timer that the cell left behind may begin to loop after its end.
      if (silentMs > 0) stop(id);
      else if (performance.now() - since.ended > WATCH_MS) return;
    } else if (silentMs > FOREIGN_MS) stop('*');
  }
}

/** How long the main thread has not answered. */
class Answers {
  #count = cells.heard;
  #at = performance.now();

  /** Milliseconds without an answer; 0 when there was one since the last call. */
  silence(): number {
    const now = performance.now();
    if (cells.heard === this.#count) return now - this.#at;
    this.#count = cells.heard;
    this.#at = now;
    return 0;
  }
}

/** V8 carries it out on the main thread, on top of whatever its loop is at; that thread looks what it stops. */
function stop(id: string): void {
  session.post('Runtime.evaluate', {
    expression: `globalThis[Symbol.for('wardbook.kernel.stop')](${JSON.stringify(id)})`,
    silent: true
  });
}

/** `execSync` cannot be stopped from V8: its child gets what Ctrl-C would send. Linux only; elsewhere nothing. */
function signalChildren(signal: 'SIGINT' | 'SIGTERM'): void {
  try {
    const list = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
    for (const child of list.trim().split(/\s+/))
      if (child !== '') process.kill(Number(child), signal);
  } catch {
    // No such list on this system, or the child ended.
  }
}
