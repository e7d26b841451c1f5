import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KERNEL, KernelHome, PYTHON, inRepository } from './kernel-home.js';

// A hundred runs: `npm run test:kernel:full`.
const RUNS = Number(process.env['WARDBOOK_NOTEBOOK_RUNS'] ?? 10);

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly ename?: string;
}

interface Repeated {
  readonly runs: number;
  readonly equal: number;
  readonly difference: unknown;
  readonly cells: readonly { readonly count: number; readonly outputs: readonly Output[] }[];
}

const SIX_CELLS = [
  "for (let i = 0; i < 2_000; i += 1) console.log(`line ${i}`);\n'all printed'",
  "let kept: number = 20;\ndisplay(html('<b>kept</b>'));",
  "console.log(kept);\nconsole.error('to stderr');\nkept += 1;\nthrow new RangeError(`kept is ${kept}`);",
  "const later = await new Promise<string>(resolve => setTimeout(() => resolve('awaited'), 15));\nconsole.log(later);\nlater.length",
  "console.log('x'.repeat(1_000_000));\ndisplay(markdown('*between*'));\nconsole.log('end');",
  'kept * 2'
];

describe.skipIf(PYTHON === '')("notebooks in the kernel, by Jupyter's own tools", () => {
  let home: KernelHome;
  beforeAll(async () => {
    home = await KernelHome.create();
  });
  afterAll(() => home[Symbol.asyncDispose]());

  it(`gives byte-equal outputs in ${RUNS} runs of a notebook with streams, displays, errors and awaits`, async () => {
    const path = await home.notebook(
      'six',
      SIX_CELLS.map(source => ({ source }))
    );

    const { stdout } = await home.python(
      [inRepository('testbed/clients/repeat_notebook.py'), path, KERNEL, String(RUNS)],
      { limitMs: 850_000 }
    );

    const { equal, difference, cells } = JSON.parse(stdout) as Repeated;
    expect({ equal, difference }).toEqual({ equal: RUNS, difference: null });
    expect(cells.map(({ count }) => count)).toEqual([1, 2, 3, 4, 5, 6]);
    const [lines, shown, failed, awaited, long, sum] = cells.map(({ outputs }) => outputs);
    expect(lines?.[0]?.text).toBe(
      Array.from({ length: 2_000 }, (_, index) => `line ${index}\n`).join('')
    );
    expect(lines?.[1]?.data?.['text/plain']).toBe("'all printed'");
    expect(shown?.map(({ output_type }) => output_type)).toEqual(['display_data']);
    expect(failed?.map(({ name, ename }) => name ?? ename)).toEqual([
      'stdout',
      'stderr',
      'RangeError'
    ]);
    expect(awaited?.map(({ output_type }) => output_type)).toEqual(['stream', 'execute_result']);
    expect(long?.map(({ text }) => text?.length)).toEqual([1_000_001, undefined, 4]);
    expect(sum?.[0]?.data?.['text/plain']).toBe('42');
  });

  it('takes parameters from papermill in place of the defaults of the tagged cell', async () => {
    const path = await home.notebook('parameters', [
      {
        source: "let rounds: number = 1; // how often\nlet names = ['nobody'];",
        tags: ['parameters']
      },
      { source: 'console.log(JSON.stringify({ rounds, names, limits, label, none, fine }));' }
    ]);
    const done = join(home.folder, 'done.ipynb');
    const env = { PYTHONPATH: await home.papermillPackage() };
    const values =
      "{rounds: 3, names: [a, 'b\"c'], limits: {low: -0.5, high: 1.0e+300}, label: 'é🜛\\n', none: null, fine: true}";

    await home.python(['-m', 'papermill', path, done, '-y', values, '--no-progress-bar'], { env });

    const { cells } = JSON.parse(await readFile(done, 'utf8')) as {
      cells: { source: string | string[]; outputs: Output[]; metadata: { tags?: string[] } }[];
    };
    expect(cells.map(({ metadata }) => metadata.tags?.[0])).toEqual([
      'parameters',
      'injected-parameters',
      undefined
    ]);
    const printed = [cells[2]?.outputs[0]?.text ?? []].flat().join('');
    expect(JSON.parse(printed)).toEqual({
      rounds: 3,
      names: ['a', 'b"c'],
      limits: { low: -0.5, high: 1e300 },
      label: 'é🜛\\n',
      none: null,
      fine: true
    });
  });

  it('tells papermill the name, type, default and help of each parameter', async () => {
    const path = await home.notebook('described', [
      {
        source: 'let rounds: number = 1; // how often\nconst where = "here";',
        tags: ['parameters']
      }
    ]);
    const env = { PYTHONPATH: await home.papermillPackage() };

    const { stdout } = await home.python(['-m', 'papermill', '--help-notebook', path], { env });

    expect(stdout).toMatch(/rounds: number \(default 1\)\s+how often/);
    expect(stdout).toMatch(/where: Unknown type \(default "here"\)/);
  });

  it('stops papermill at the cell that fails, with its error', async () => {
    const path = await home.notebook('failing', [
      { source: "throw new RangeError('stops here')" },
      { source: "console.log('never')" }
    ]);
    const done = join(home.folder, 'failed.ipynb');

    const run = home.python(['-m', 'papermill', path, done, '--no-progress-bar']);

    await expect(run).rejects.toThrow(/RangeError/);
    expect(await readFile(done, 'utf8')).not.toContain('never\\n');
  });

  it('is run by nbconvert --execute, to a notebook and to a page', async () => {
    const path = await home.notebook('converted', [
      { source: "console.log('printed by a cell');\ndisplay(html('<i>slanted</i>'));" },
      { source: '({ answer: 6 * 7 })' }
    ]);

    await home.python(['-m', 'nbconvert', '--execute', '--to', 'html', '--output', 'page', path]);
    await home.python([
      '-m',
      'nbconvert',
      '--execute',
      '--to',
      'notebook',
      '--output',
      'ran',
      path
    ]);

    const page = await readFile(join(home.folder, 'page.html'), 'utf8');
    expect(page).toContain('<i>slanted</i>');
    const ran = await readFile(join(home.folder, 'ran.ipynb'), 'utf8');
    expect(ran).toContain('printed by a cell\\n');
    expect(ran).toContain('{ answer: 42 }');
  });

  it('works in jupyter console: values, errors, Ctrl-C with state kept, questions, exit', async () => {
    const { stdout } = await home.python([
      inRepository('testbed/clients/drive_console.py'),
      KERNEL
    ]);

    const steps = JSON.parse(stdout) as Record<string, string>;
    expect(steps['banner']).toContain('Wardbook TypeScript');
    expect(steps['statement']).not.toMatch(/undefined|Error/);
    expect(steps['value']).toMatch(/Out\[2\]: 42/);
    expect(steps['error']).toMatch(/printed[\s\S]*RangeError: shown/);
    expect(steps['interrupted']).toMatch(/interrupted/i);
    expect(steps['kept']).toMatch(/Out\[5\]: 21/);
    expect(steps['asked']).toMatch(/Out\[6\]: 4/);
    expect(steps['ended']).toBe('yes');
  });
});
