import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const LAUNCH = fileURLToPath(new URL('../../kernel/dist/launch.cjs', import.meta.url));
const POLL = { timeout: 20_000, interval: 100 };

/** Ids of the processes whose command names the folder. */
function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(id => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(folder);
      } catch {
        return false;
      }
    });
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(id => {
      try {
        const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false;
      }
    });
}

const lives = (id: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${id}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe.skipIf(process.platform !== 'linux')('a kernel that is left alone', () => {
  let folder = '';
  let left: number[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-orphan-'));
    const ports = ['shell_port', 'iopub_port', 'stdin_port', 'control_port', 'hb_port'];
    const connection: Record<string, unknown> = {
      ...{ ip: '127.0.0.1', transport: 'tcp' },
      ...{ signature_scheme: 'hmac-sha256', key: randomUUID() }
    };
    for (const port of ports) connection[port] = await freePort();
    await writeFile(join(folder, 'connection.json'), JSON.stringify(connection));
  });
  afterEach(async () => {
    for (const id of left) if (lives(id)) process.kill(id, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  /** A client of Jupyter's that starts a kernel; the kernel's processes. */
  async function started(environment: Record<string, string>) {
    const script = `node ${LAUNCH} ${folder}/connection.json & wait`;
    const client = spawn('sh', ['-c', script], {
      env: { ...process.env, ...environment },
      stdio: 'ignore'
    });
    let kernel = 0;
    await expect
      .poll(() => {
        kernel = processesOf(folder).find(id => id !== client.pid) ?? 0;
        return kernel > 0 && childrenOf(kernel).length > 0;
      }, POLL)
      .toBe(true);
    left = [kernel, ...childrenOf(kernel)];
    return { client, kernel, all: left };
  }

  it('ends with its user code when the client that started it was killed', async () => {
    const { client, all } = await started({ JPY_PARENT_PID: '1' });
    client.kill('SIGKILL');
    await expect.poll(() => all.filter(lives), POLL).toEqual([]);
  });

  it('stays when nobody said whose it is', async () => {
    const { client, all } = await started({ JPY_PARENT_PID: '0' });
    client.kill('SIGKILL');
    await new Promise(resolve => setTimeout(resolve, 2_500));
    expect(all.every(lives)).toBe(true);
  });

  it('takes its user code along when it is killed itself', async () => {
    const { client, kernel, all } = await started({ JPY_PARENT_PID: '0' });
    process.kill(kernel, 'SIGKILL');
    await expect.poll(() => all.filter(lives), POLL).toEqual([]);
    client.kill('SIGKILL');
  });
});
