import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KERNEL, KernelHome, PYTHON, inRepository } from './kernel-home.js';

const TOKEN = 'a-token-that-opens-the-gateway';
const LINUX = existsSync('/proc/self/environ');
/** A sandbox of the system: own user and process numbers. Not every system allows it. */
const UNSHARE = [
  ...['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc']
];
const CAN_UNSHARE = spawnSync('unshare', [...UNSHARE.slice(1), 'true']).status === 0;

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly ename?: string;
  readonly evalue?: string;
}

describe.skipIf(PYTHON === '')('user code', () => {
  let home: KernelHome;
  /** Outputs of each cell. */
  const outputs = async (sources: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const path = await home.notebook(
      'isolation',
      sources.map(source => ({ source }))
    );
    const { stdout } = await home.python(
      [inRepository('testbed/clients/run_notebook.py'), path, KERNEL],
      { env: { WARDBOOK_URL: 'http://127.0.0.1:9/', WARDBOOK_TOKEN: TOKEN, ...env } }
    );
    return (JSON.parse(stdout) as { outputs: readonly Output[] }[]).map(cell => cell.outputs);
  };
  const value = (cell: readonly Output[] | undefined) =>
    cell?.find(({ data }) => data !== undefined)?.data?.['text/plain'];
  beforeAll(async () => {
    home = await KernelHome.create();
  });
  afterAll(() => home[Symbol.asyncDispose]());

  it('finds neither token nor key in its environment, its arguments or its memory of the start', async () => {
    const [environment, args, sent] = await outputs([
      "Object.keys(process.env).filter(name => /^(WARDBOOK|JPY)_/.test(name)).join(',')",
      '[...process.argv, ...process.execArgv].some(word => /kernel-.*json|key/.test(word))',
      "['send', 'connected', 'channel'].map(name => typeof process[name as 'send']).join(',')"
    ]);
    expect(value(environment)).toBe("''");
    expect(value(args)).toBe('false');
    expect(value(sent)).toBe("'undefined,undefined,undefined'");
  });

  it.skipIf(!LINUX)(
    'does not find the token in what /proc shows of the processes above it',
    async () => {
      const [seen] = await outputs([
        `import { readFileSync } from 'node:fs';
       const above = (pid: number): number =>
         Number(readFileSync(\`/proc/\${pid}/stat\`, 'latin1').split(') ').at(-1)?.split(' ')[1]);
       const kernel = above(process.pid);
       ['environ', 'cmdline'].map(name =>
         readFileSync(\`/proc/\${kernel}/\${name}\`, 'latin1').includes('${TOKEN.slice(0, 8)}' + '${TOKEN.slice(8)}')
       ).join(',')`
      ]);
      expect(value(seen)).toBe("'false,false'");
    }
  );

  it.skipIf(!LINUX)('holds no socket and no file of the kernel but its own pipes', async () => {
    const [held] = await outputs([
      `import { readdirSync, readlinkSync } from 'node:fs';
       readdirSync('/proc/self/fd').map(Number).filter(fd => fd > 6).map(fd => {
         try { return readlinkSync(\`/proc/self/fd/\${fd}\`); } catch { return ''; }
       }).filter(target => /socket|kernel-|history/.test(target)).join(',')`
    ]);
    expect(value(held)).toBe("''");
  });

  it('that writes rubbish or false messages to the pipe of the kernel harms itself alone', async () => {
    const [forged, rubbish, after] = await outputs([
      `import { writeSync } from 'node:fs';
       const frame = (head: object, body = '') => {
         const [one, two] = [Buffer.from(JSON.stringify(head)), Buffer.from(body)];
         const lengths = Buffer.alloc(8);
         lengths.writeUInt32LE(one.length, 0);
         lengths.writeUInt32LE(two.length, 4);
         return Buffer.concat([lengths, one, two]);
       };
       for (const message of ['status', 'execute_reply', 'shutdown_reply'])
         writeSync(5, frame({ type: 'output', cell: 'x', message }, '{"execution_state":"idle"}'));
       writeSync(5, frame({ type: 'done', id: null }));
       writeSync(5, frame({ type: 'call', call: {}, method: 7, argument: null }));
       writeSync(5, frame({ type: 'prompt', cell: [], request: {} }));
       'still here'`,
      "import { writeSync } from 'node:fs';\nwriteSync(5, Buffer.alloc(64, 255));\nawait new Promise(() => {})",
      '40 + 2'
    ]);
    expect(value(forged)).toBe("'still here'");
    expect(rubbish?.find(({ ename }) => ename !== undefined)).toMatchObject({
      ename: 'UserProcessEnded',
      evalue: expect.stringContaining('channel of the kernel') as string
    });
    expect(value(after)).toBe('42');
  });

  it('that ends its process loses its names and nothing else: the kernel says so and goes on', async () => {
    const [, exited, crashed, after] = await outputs([
      'let kept = 1;',
      "console.log('printed'); process.exit(3)",
      "process.kill(process.pid, 'SIGABRT'); await new Promise(() => {})",
      'typeof kept'
    ]);
    expect(exited?.find(({ ename }) => ename !== undefined)?.evalue).toContain('exit code 3');
    expect(crashed?.find(({ ename }) => ename !== undefined)?.evalue).toContain('SIGABRT');
    expect(value(after)).toBe("'undefined'");
  });

  it('is stopped at the limits of memory and time that are set', async () => {
    const [large, long, after] = await outputs(
      [
        `const kept: Buffer[] = [];
         for (;;) { kept.push(Buffer.alloc(2e7, 1)); await new Promise(go => setTimeout(go, 20)); }`,
        'for (;;);',
        '40 + 2'
      ],
      { WARDBOOK_KERNEL_MEMORY_MB: '400', WARDBOOK_KERNEL_CELL_SECONDS: '8' }
    );
    const ended = (cell: readonly Output[] | undefined) =>
      cell?.find(({ ename }) => ename !== undefined)?.evalue ?? '';
    // Resident memory is watched on Linux; elsewhere the limit of time ends the cell.
    expect(ended(large)).toContain(LINUX ? '400 MB' : '8 seconds');
    expect(ended(long)).toContain('8 seconds');
    expect(value(after)).toBe('42');
  });

  it('runs behind the command that a sandbox needs', async () => {
    const [seen] = await outputs(["process.env['INSIDE']"], {
      WARDBOOK_KERNEL_WRAPPER: JSON.stringify(['env', 'INSIDE=the sandbox'])
    });
    expect(value(seen)).toBe("'the sandbox'");
  });

  it.skipIf(!CAN_UNSHARE)('sees no other process inside a sandbox, and can end there', async () => {
    const [seen, ended, after] = await outputs(
      [
        "import { readdirSync } from 'node:fs';\nreaddirSync('/proc').filter(name => /^\\d+$/.test(name)).length",
        'process.exit(3)',
        '40 + 2'
      ],
      { WARDBOOK_KERNEL_WRAPPER: JSON.stringify(UNSHARE) }
    );
    expect(value(seen)).toBe('1');
    expect(ended?.find(({ ename }) => ename !== undefined)?.evalue).toContain('exit code 3');
    expect(value(after)).toBe('42');
  });
});
