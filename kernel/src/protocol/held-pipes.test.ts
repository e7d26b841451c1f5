import { spawn } from 'node:child_process';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { HeldPipes } from './held-pipes.js';

const SETTLED_MS = 150;

/** A process that prints for ever, and how much of it has been read. */
function flood() {
  const child = spawn('yes', [], { stdio: ['ignore', 'pipe', 'ignore'] });
  const read = { bytes: 0 };
  child.stdout.on('data', (chunk: Buffer) => (read.bytes += chunk.length));
  return { child, read, held: new HeldPipes([child.stdout]) };
}

/** Whether more is read. */
async function goesOn(read: { readonly bytes: number }): Promise<boolean> {
  await after(SETTLED_MS);
  const before = read.bytes;
  await after(SETTLED_MS);
  return read.bytes > before;
}

describe.skipIf(process.platform === 'win32')('pipes that are held', () => {
  it('are not read until they are let go, and whoever writes waits', async () => {
    const { child, read, held } = flood();
    try {
      expect(await goesOn(read)).toBe(true);
      held.hold(true);
      held.hold(true);
      expect(await goesOn(read)).toBe(false);
      held.hold(false);
      expect(await goesOn(read)).toBe(true);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('are read for a while after an interrupt, and to their end at the end', async () => {
    const { child, read, held } = flood();
    try {
      held.hold(true);
      expect(await goesOn(read)).toBe(false);
      held.free(4 * SETTLED_MS);
      expect(await goesOn(read)).toBe(true);
      await after(4 * SETTLED_MS);
      expect(await goesOn(read)).toBe(false);
      held.end();
      held.hold(true);
      expect(await goesOn(read)).toBe(true);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
