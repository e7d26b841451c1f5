import { readSync } from 'node:fs';
import type { Readable } from 'node:stream';

const CHUNK = 65_536;
/** More than any pipe holds: what was written before the call is among it, also when somebody floods the pipe. */
const MOST_CHUNKS = 64;

/**
 * Reads at once what lies in a pipe that is otherwise read by events. POSIX only: there the handle of a pipe shows its
 * descriptor, which does not block.
 */
export function drainPipe(pipe: Readable | null, take: (chunk: Buffer) => void): void {
  const descriptor = descriptorOf(pipe);
  if (descriptor === null) return;
  for (let chunks = 0; chunks < MOST_CHUNKS; chunks += 1) {
    const chunk = readNow(descriptor);
    if (chunk === null) return;
    take(chunk);
  }
}

function descriptorOf(pipe: Readable | null): number | null {
  const handle: unknown = pipe === null ? null : Reflect.get(pipe, '_handle');
  if (typeof handle !== 'object' || handle === null) return null;
  const descriptor: unknown = Reflect.get(handle, 'fd');
  return typeof descriptor === 'number' && descriptor >= 0 ? descriptor : null;
}

let buffer = Buffer.allocUnsafeSlow(CHUNK);

/** What is there; null when nothing is, or the pipe has ended. */
function readNow(descriptor: number): Buffer | null {
  const { stackTraceLimit } = Error;
  try {
    // An empty pipe is the usual case, and its error needs no stack.
    Error.stackTraceLimit = 0;
    const length = readSync(descriptor, buffer);
    if (length === 0) return null;
    const chunk = buffer.subarray(0, length);
    buffer = Buffer.allocUnsafeSlow(CHUNK);
    return chunk;
  } catch {
    return null;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
