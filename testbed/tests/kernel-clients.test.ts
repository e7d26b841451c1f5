import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FederationProcess } from '@wardbook/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PYTHON = process.env['WARDBOOK_PYTHON'] ?? '';
const RESULT = 'application/vnd.wardbook.result.v1+json';

interface Ran {
  readonly id: string;
  readonly outputs: readonly {
    output_type: string;
    text?: string;
    data?: Record<string, unknown>;
    traceback?: readonly string[];
  }[];
}

describe.skipIf(PYTHON === '')("the kernel with Jupyter's own clients", () => {
  let home = '';
  let federation: FederationProcess;
  let env: NodeJS.ProcessEnv = {};
  const notebook = async (path: string): Promise<Ran[]> => {
    const { stdout } = await run(
      PYTHON,
      [at('testbed/clients/run_notebook.py'), path, 'wardbook-typescript'],
      { env, maxBuffer: 64_000_000 }
    );
    return JSON.parse(stdout) as Ran[];
  };
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-kernel-'));
    federation = await FederationProcess.start({ folder: at('notebooks/demo'), home, lab: false });
    const keys = JSON.parse(await readFile(join(home, 'members', 'ana.json'), 'utf8')) as {
      signing: { privateKey: string };
      token: string;
    };
    const login = join(home, 'login.json');
    await writeFile(
      login,
      JSON.stringify({
        url: federation.ready.coordinator.url,
        token: keys.token,
        member: 'ana',
        signingKey: keys.signing.privateKey
      })
    );
    env = {
      ...process.env,
      WARDBOOK_LOGIN: login,
      JUPYTER_PATH: join(home, 'jupyter', 'share', 'jupyter'),
      IPYTHONDIR: join(home, 'ipython'),
      XDG_STATE_HOME: home
    };
    await run(process.execPath, [
      at('server/cli/dist/main.js'),
      'kernel',
      'install',
      '--prefix',
      join(home, 'jupyter')
    ]);
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('runs the flagship notebook top to bottom through nbclient', async () => {
    const cells = await notebook(at('notebooks/01-relapse-risk.ipynb'));
    expect(
      cells.flatMap(({ outputs }) => outputs.filter(({ output_type }) => output_type === 'error'))
    ).toEqual([]);
    const results = cells.filter(({ outputs }) =>
      outputs.some(({ data }) => data?.[RESULT] !== undefined)
    );
    expect(results).toHaveLength(7);
    const refusal = cells.find(({ id }) => id === 'refusal');
    expect(refusal?.outputs.at(-1)?.text).toMatch(/^GUARD_PER_HOSPITAL: /);
  });

  it('gives streams, values, types and errors as a notebook needs them', async () => {
    const path = join(home, 'language.ipynb');
    const sources = [
      "import { readFileSync } from 'node:fs';\nconst a: number = 40;\nconsole.log(typeof readFileSync);",
      'const a = 41; enum Size { Small = 1 }\n(await Promise.resolve(a)) + Size.Small',
      "console.log('before');\nthrow new TypeError('on line two');",
      '({ kept: a })'
    ];
    const cells = sources.map((source, index) => ({
      id: `c${index}`,
      source,
      cell_type: 'code',
      metadata: {},
      outputs: [],
      execution_count: null
    }));
    await writeFile(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
    const [first, second, third, fourth] = await notebook(path);
    expect(first?.outputs[0]?.text).toBe('function\n');
    expect(second?.outputs[0]?.data?.['text/plain']).toBe('42');
    expect(third?.outputs.map(({ output_type }) => output_type)).toEqual(['stream', 'error']);
    expect(fourth?.outputs[0]?.data?.['text/plain']).toContain('kept: 41');
  });

  it('names the cell, the line and the code where the body of a federated cell fails', async () => {
    const path = join(home, 'federated-faults.ipynb');
    const magic = '\n%%federated breast-relapse';
    const sources = [
      'function chosen(by: { name: string } | null) {\n  return by!.name;\n}',
      `${magic}\ninterface By { name: string }\nconst by: By | null = null;\ncount({ by: chosen(by) })`,
      `${magic}\nconst by: any = null;\n/* here */ count({ by: by.name as string });`,
      `${magic}\nlet asked = 0;\nglobalThis.asked = 1;\ncount({ by: 'size' })`,
      `${magic}\ncount({ by: = 'size' })`
    ];
    const cells = sources.map((source, index) => ({
      id: `c${index}`,
      source,
      cell_type: 'code',
      metadata: { tags: ['raises-exception'] },
      outputs: [],
      execution_count: null
    }));
    await writeFile(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
    const [, called, own, impure, syntax] = (await notebook(path)).map(
      ({ outputs }) => outputs.find(({ traceback }) => traceback !== undefined)?.traceback ?? []
    );

    expect(called).toEqual([
      "TypeError: Cannot read properties of null (reading 'name')",
      '    at chosen (cell-1.ts:2:14)',
      '  1 | function chosen(by: { name: string } | null) {',
      '> 2 |   return by!.name;',
      '    |              ^',
      '    at cell-2.ts:5:13',
      'Nothing was sent to any hospital.'
    ]);
    expect(own).toContain('    at cell-3.ts:4:27');
    expect(own).toContain('> 4 | /* here */ count({ by: by.name as string });');
    expect(impure?.[0]).toBe(
      'SideEffect: The body of cell-4.ts may change something: a federated cell only describes a plan.'
    );
    expect(syntax).toContain('  at cell-5.ts:3:13');
    for (const frames of [called, own, impure, syntax])
      expect(frames?.join('\n')).not.toMatch(/anonymous|federated\.ts/);
  });
});
