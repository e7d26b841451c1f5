import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startFederationInProcess } from '@wardbook/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../server/cli/dist/main.js', import.meta.url));
const FOLDER = fileURLToPath(new URL('../studies/hip-fracture', import.meta.url));
const run = promisify(execFile);

describe('the commands of one process', () => {
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-commands-'));
    const federation = await startFederationInProcess({ folder: FOLDER, home });
    await federation[Symbol.asyncDispose]();
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  /** Starts a command, gives its first line, and ends it by SIGTERM. */
  const firstLine = async (...args: string[]) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const ended = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGTERM');
    return { line, exitCode: (await ended)[0] };
  };

  it('wardbook coordinator --json prints a ready line and ends well; without --json a line for people', async () => {
    const config = join(home, 'coordinator', 'coordinator.json');
    const machine = await firstLine('coordinator', config, '--json');
    expect(JSON.parse(machine.line)).toMatchObject({ event: 'ready' });
    expect(machine.exitCode).toBe(0);
    const people = await firstLine('coordinator', config);
    expect(people.line).toMatch(/^coordinator {2}ready {2}http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  it('wardbook hospital --json prints a ready line', async () => {
    const federation = await startFederationInProcess({ folder: FOLDER, home });
    await federation.stopHospital('harbour');
    const config = join(home, 'hospitals', 'harbour', 'hospital.json');
    const { line } = await firstLine('hospital', config, '--json');
    expect(JSON.parse(line)).toMatchObject({ event: 'ready', hospital: 'harbour' });
    await federation[Symbol.asyncDispose]();
  });

  it('wardbook kernel install --json says where the kernelspec lies', async () => {
    const args = ['kernel', 'install', '--prefix', join(home, 'env'), '--json'];
    const { stdout } = await run(process.execPath, [CLI, ...args]);
    const { event, kernelspec, folder } = JSON.parse(stdout) as Record<string, string>;
    expect([event, kernelspec]).toEqual(['installed', 'wardbook-typescript']);
    const spec = await readFile(join(folder ?? '', 'kernel.json'), 'utf8');
    expect(JSON.parse(spec)).toMatchObject({ language: 'typescript' });
  });
});
