import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Supervisor, type Service } from './supervisor.js';

/** Prints its own id and that of a child that never ends by itself. */
const PARENT = `
import { spawn } from 'node:child_process';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
console.log(JSON.stringify({ event: 'ready', child: child.pid }));
process.stdin.resume().on('end', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
`;

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the supervisor', () => {
  let folder = '';
  let service: Service;
  const pids: number[] = [];
  const supervisor = () =>
    new Supervisor({
      onProcess: (_, pid) => pids.push(pid),
      onLine: () => undefined,
      onLog: () => undefined
    });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-supervisor-'));
    const script = join(folder, 'parent.mjs');
    await writeFile(script, PARENT);
    service = { name: 'lab', script, arguments: [], env: {} };
    pids.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('starts a killed service again and ends what the killed one left behind', async () => {
    const running = supervisor();
    const { child } = await running.start(service);
    process.kill(pids[0] ?? 0, 'SIGKILL');
    await expect.poll(() => pids.length, { timeout: 10_000 }).toBe(2);
    await expect.poll(() => isAlive(Number(child)), { timeout: 10_000 }).toBe(false);
    await running[Symbol.asyncDispose]();
  });

  it('leaves no process behind when it ends', async () => {
    const running = supervisor();
    const { child } = await running.start(service);
    await running[Symbol.asyncDispose]();
    await expect
      .poll(() => [...pids, Number(child)].filter(isAlive), { timeout: 10_000 })
      .toEqual([]);
  });
});
