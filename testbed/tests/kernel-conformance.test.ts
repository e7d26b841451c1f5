import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KERNEL, KernelHome, PYTHON, inRepository } from './kernel-home.js';

// The load checks at scale 1 print a million lines and run ten thousand cells: `npm run test:kernel:full`.
const SCALE = process.env['WARDBOOK_KERNEL_SCALE'] ?? '0.02';

interface Result {
  readonly id: string;
  readonly state: 'pass' | 'fail' | 'skip';
  readonly reason: string;
}

describe.skipIf(PYTHON === '')('the conformance suites against the kernel', () => {
  let home: KernelHome;
  const suite = async (args: readonly string[]): Promise<Result[]> => {
    const report = join(home.folder, 'report.json');
    await home
      .python(
        ['-m', 'conformance', '--kernel', KERNEL, '--scale', SCALE, '--json', report, ...args],
        {
          cwd: inRepository('kernel'),
          limitMs: 850_000
        }
      )
      .catch(() => undefined);
    return (JSON.parse(await readFile(report, 'utf8')) as { results: Result[] }).results;
  };
  beforeAll(async () => {
    home = await KernelHome.create();
  });
  afterAll(() => home[Symbol.asyncDispose]());

  it('passes jupyter_kernel_test: all of its thirteen tests, none skipped', async () => {
    const { stderr } = await home.python([inRepository('testbed/clients/test_kernel.py')], {
      limitMs: 120_000
    });
    expect(stderr).toMatch(/Ran 13 tests in [^\n]*\n\nOK\n*$/);
  });

  it("passes every check of the kernel's own wire-level suite, none skipped", async () => {
    const results = await suite([]);
    expect(results.filter(({ state }) => state !== 'pass')).toEqual([]);
    expect(results.length).toBeGreaterThan(190);
  });

  it('fails a kernel that breaks a rule: the suite can tell', async () => {
    const results = await suite([
      '--language',
      'python',
      '--only',
      'execute.state',
      'stream.stdout'
    ]);
    expect(results.map(({ state }) => state)).toEqual(['fail', 'fail']);
  });
});
