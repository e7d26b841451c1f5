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
const ANSWER_MS = 1;
const AGAIN_MS = 40;
/** Code that no cell owns, such as a timer of an earlier one, may keep the main thread for so long. */
const FOREIGN_MS = 300;
const CHILD_MS = 150;
/** How long a cell that ended is watched for what it left behind. */
const WATCH_MS = 300;
const GIVE_UP_MS = 10_000;

interface Wanted {
  readonly since: number;
  running?: number;
  ended?: number;
  signals: number;
}

const wanted = new Map<string, Wanted>();

let rest = '';
createReadStream('', { fd: 4, autoClose: false, encoding: 'utf8' })
  .on('data', chunk => {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const id of lines) {
      if (id === DEBUG) void relay();
      else if (id !== '') interrupt(id);
    }
  })
  // The kernel is gone: the main thread may be in a loop and cannot see it.
  .on('end', () => process.kill(process.pid, 'SIGKILL'))
  .on('error', () => process.kill(process.pid, 'SIGKILL'));

let relaying = false;

async function relay(): Promise<void> {
  if (relaying) return;
  relaying = true;
  (await import('./debug-relay.js')).relayInspector();
}

function interrupt(id: string): void {
  const isIdle = wanted.size === 0;
  if (isIdle) answers = new Answers();
  wanted.set(id, { since: performance.now(), signals: 0 });
  parentPort?.postMessage([id]);
  // A timer of this thread is late by several milliseconds while another thread computes.
  answers.wait(ANSWER_MS);
  stopLoops([id]);
  if (isIdle) void watch();
}

/** Tells the main thread again and again what is to end, and stops it where it does not answer. */
async function watch(): Promise<void> {
  while (wanted.size > 0) {
    parentPort?.postMessage([...wanted.keys()]);
    await after(AGAIN_MS);
    stopLoops([...wanted.keys()]);
  }
}

function stopLoops(ids: readonly string[]): void {
  const silentMs = answers.silence();
  const loops = ids.filter(id => isToStop(id, silentMs));
  if (loops.length > 0) stop(loops);
}

function isToStop(id: string, silentMs: number): boolean {
  const want = wanted.get(id);
  const now = performance.now();
  if (want === undefined) return false;
  if (now - want.since > GIVE_UP_MS) return !wanted.delete(id);
  const stage = id === '*' ? 'waiting' : cells.stageOf(id);
  if (stage === 'running') {
    want.running ??= now;
    if (now - want.running > CHILD_MS * (1 + 10 * want.signals)) {
      signalChildren(want.signals === 0 ? 'SIGINT' : 'SIGTERM');
      want.signals += 1;
    }
    return true;
  }
  if (stage === 'ended') {
    want.ended ??= now;
    // A timer that the cell left behind may begin to loop after its end.
    if (silentMs === 0 && now - want.ended > WATCH_MS) wanted.delete(id);
    return silentMs > 0;
  }
  if (id === '*' && silentMs === 0) wanted.delete(id);
  return silentMs > (id === '*' ? 0 : FOREIGN_MS);
}

/** How long the main thread has not answered. */
class Answers {
  #count = cells.heard;
  #at = performance.now();

  /** Waits for the next answer, no longer than `limitMs`. */
  wait(limitMs: number): void {
    cells.waitHeard(this.#count, limitMs);
  }

  /** Milliseconds without an answer; 0 when there was one since the last call. */
  silence(): number {
    const now = performance.now();
    if (cells.heard === this.#count) return now - this.#at;
    this.#count = cells.heard;
    this.#at = now;
    return 0;
  }
}

let answers = new Answers();

/**
 * Asks the main thread, on top of whatever its loop is at, whether that is for these interrupts to stop. It agrees and
 * waits for the stop, so that V8 carries it out right there: never in the kernel's own code, never in V8's.
 */
function stop(ids: readonly string[]): void {
  cells.ask();
  session.post('Runtime.evaluate', {
    expression: `globalThis[Symbol.for('wardbook.kernel.may-stop')](${JSON.stringify(ids)})`,
    silent: true
  });
  if (cells.answer(AGAIN_MS) === 'refused') return;
  session.post('Runtime.terminateExecution');
  cells.sent();
}

/** `execSync` cannot be stopped from V8: its child gets what Ctrl-C would send. Linux only; elsewhere nothing. */
function signalChildren(signal: 'SIGINT' | 'SIGTERM'): void {
  for (const child of descendants(process.pid))
    try {
      process.kill(child, signal);
    } catch {
      // It ended.
    }
}

function descendants(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return list
      .split(/\s+/)
      .filter(child => child !== '')
      .flatMap(child => [Number(child), ...descendants(Number(child))]);
  } catch {
    return [];
  }
}
