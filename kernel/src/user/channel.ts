import { writeSync } from 'node:fs';
import { BARRIERS, frameFromUser } from '../wire/user-frames.js';
import { placeMark } from '../wire/place-marks.js';
import type { FromUser } from './messages.js';

/** The pipe to the protocol process. */
const CHANNEL = 5;
const RAW = [1, 2];
const AGAIN_MS = 1;
const LONGEST_TEXT = 1_048_576;
const ORDERED: ReadonlySet<string> = new Set([
  ...['stream', 'display', 'clear', 'comm-open', 'comm-msg', 'comm-close'],
  ...(process.platform === 'win32' ? BARRIERS : [])
]);

let place = 0;

/**
 * Sends a message to the protocol process before it returns: nothing is lost when the process ends right after, and
 * a loop that prints is slowed down to the speed of its reader.
 *
 * @throws TypeError when an output is no JSON (bigint, a cycle)
 */
export function sendToKernel(message: FromUser): void {
  if (message.type !== 'stream' || message.text.length <= LONGEST_TEXT) return sendOne(message);
  // Pieces of a long text are signed and sent on while the next one is made.
  for (const text of piecesOf(message.text)) sendOne({ ...message, text });
}

function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const cut = at + LONGEST_TEXT;
    const last = text.charCodeAt(cut - 1);
    // Not between the two halves of a character.
    const end = cut < text.length && last >= 0xd800 && last <= 0xdbff ? cut - 1 : cut;
    yield text.slice(at, end);
    at = end;
  }
}

function sendOne(message: FromUser): void {
  const isOrdered = ORDERED.has(message.type);
  const frame = frameOf(message, isOrdered ? place + 1 : 0);
  if (isOrdered) {
    place += 1;
    const mark = placeMark(place);
    for (const fd of RAW) write(fd, mark);
  }
  write(CHANNEL, frame);
}

// A cell must end, also when its result cannot travel.
function frameOf(message: FromUser, at: number): Buffer {
  try {
    return frameFromUser(message, at);
  } catch (error) {
    if (message.type !== 'done') throw error;
    const { name: ename, message: evalue } = error instanceof Error ? error : new Error('no JSON');
    const shown = { ename, evalue, traceback: [`${ename}: ${evalue}`] };
    return frameFromUser({ ...message, result: null, error: shown, expressions: {} }, at);
  }
}

function write(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      // A library may have made a pipe non-blocking; user code may have closed it.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, AGAIN_MS);
    }
  }
}
