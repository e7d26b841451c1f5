import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestNotebook } from './notebook.fixture.js';

let notebook: TestNotebook;
const traceback = async (source: string) => (await notebook.run(source)).error?.traceback ?? [];

beforeAll(async () => {
  notebook = new TestNotebook();
  await notebook.ready;
});
afterAll(() => notebook.stop());

async function printedLater(id: string): Promise<string> {
  for (let waited = 0; waited < 200 && notebook.printedBy(id) === ''; waited += 1) await after(10);
  return notebook.printedBy(id);
}

describe('a traceback', () => {
  it('names cell, line and column as written, with the line and a caret, and no frame of the kernel', async () => {
    const lines = await traceback(
      'function f(n: number): number {\n  if (n === 0) throw new RangeError("deep");\n  return f(n - 1);\n}\nf(1)'
    );

    expect(lines).toEqual([
      'RangeError: deep',
      expect.stringMatching(/^ {4}at f \(cell-\d+\.ts:2:22\)$/),
      '  1 | function f(n: number): number {',
      '> 2 |   if (n === 0) throw new RangeError("deep");',
      '    |                      ^',
      expect.stringMatching(/^ {4}at f \(cell-\d+\.ts:3:10\)$/),
      expect.stringMatching(/^ {4}at cell-\d+\.ts:5:1$/)
    ]);
  });

  it('is true behind an import, in an object literal and through the emit of an enum', async () => {
    expect((await traceback('import * as p from "node:path"; throw new Error("x")'))[1]).toMatch(
      /:1:39$/
    );
    expect((await traceback('{ a: (() => { throw new Error("x") })() }')).join()).toMatch(
      /\.ts:1:21/
    );
    expect(
      (
        await traceback(
          'enum E { A }\nclass Q { constructor(private a: string) {} }\n\nthrow new Error(String(E.A))'
        )
      ).join()
    ).toMatch(/\.ts:4:7/);
    expect((await traceback('const a = 1;\na = 2')).join('\n')).toMatch(
      /^TypeError: Assignment to constant variable\.\n.*\.ts:2/
    );
  });

  it('shows the source of an imported TypeScript file', async () => {
    writeFileSync(
      join(notebook.folder, 'boom.ts'),
      'type A = string;\nexport function boom(a: A): never {\n  throw new Error(a);\n}\n'
    );
    const lines = await traceback('import { boom } from "./boom.ts"; boom("bang")');

    expect(lines.slice(0, 2)).toEqual(['Error: bang', '    at boom (boom.ts:3:9)']);
    expect(lines).toContain('> 3 |   throw new Error(a);');
  });

  it('follows causes and the errors of an aggregate', async () => {
    const text = (
      await traceback('throw new Error("outer", { cause: new TypeError("inner", { cause: 7 }) })')
    ).join('\n');
    expect(text).toMatch(/^Error: outer[^]*Caused by: TypeError: inner[^]*Caused by: 7$/);
    const aggregate = (
      await traceback('throw new AggregateError([new Error("one"), 2], "both")')
    ).join('\n');
    expect(aggregate).toMatch(/^AggregateError: both[^]*\[0\] Error: one[^]*\[1\] 2$/);
    const endless = await traceback('const e: Error = new Error("e"); e.cause = e; throw e');
    expect(endless.at(-1)).toBe('Caused by: …');
  });

  it('takes what is no error, and an error whose getters throw', async () => {
    expect(await traceback('throw "text"')).toEqual([`Thrown: 'text'`]);
    expect(await traceback('throw null')).toEqual(['Thrown: null']);
    expect(
      (
        await traceback(
          'throw Object.defineProperty(new Error("x"), "message", { get() { throw 1 } })'
        )
      ).length
    ).toBeGreaterThan(0);
    expect(
      (await traceback('throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })'))
        .length
    ).toBe(1);
    expect(
      (await traceback('const named = new Error("m"); named.name = "Mine"; throw named'))[0]
    ).toBe('Mine: m');
  });
});

describe('an error that no cell waits for', () => {
  for (const [what, source] of Object.entries({
    timer: 'setTimeout((): void => { throw new Error("late") }, 1)',
    rejection: 'Promise.reject(new Error("late")); 0',
    immediate: 'setImmediate(() => { throw new Error("late") }); 0'
  }))
    it(`of a ${what} is shown under its own cell, and the next cell runs`, async () => {
      const { done, id } = notebook.start(source);
      await done;
      expect((await notebook.run('1 + 1')).text).toBe('2');

      expect(await printedLater(id)).toMatch(/^Error: late\n[^]*\.ts:1:\d+\)?\n> 1 \| /);
    });
});

describe('an interrupt', () => {
  for (const [what, source] of Object.entries({
    loop: 'for (;;);',
    'try … finally': 'try { for (;;); } finally { for (;;); }',
    timer: 'await new Promise(() => setTimeout(() => { for (;;); }, 1))',
    microtask: 'await Promise.resolve().then(() => { for (;;); })',
    'pending await': 'await new Promise(() => {})',
    'regular expression': '/^(a+)+$/.test("a".repeat(40) + "b")',
    display: '({ [Symbol.for("Jupyter.display")]() { for (;;); } })',
    'child process': 'require("child_process").execSync("sleep 20")'
  }))
    it(`ends a ${what} and keeps the state`, async () => {
      await notebook.run('var kept = 41');
      const { id, done } = notebook.start(source);
      await after(40);
      notebook.interrupt(id);

      expect((await done).error?.ename).toBe('Interrupted');
      expect((await notebook.run('kept + 1')).text).toBe('42');
    });

  it('of an await keeps the state when what it waited for is collected, and leaves other cells waiting', async () => {
    // Node 22 ended the process here: `npm run test:node-versions`.
    await notebook.run('var kept = 41; var open = () => {}');
    const waiting = notebook.start('await new Promise(resolve => { open = resolve; })');
    for (let round = 0; round < 3; round += 1) {
      const { id, done } = notebook.start('await new Promise(() => {})');
      await after(20);
      notebook.interrupt(id);
      expect((await done).error?.ename).toBe('Interrupted');
    }
    const heap = 'const heap = []; for (let i = 0; i < 3e6; i++) heap[i % 1000] = { a: [i, i] };';

    expect((await notebook.run(`${heap} kept + 1`)).text).toBe('42');
    await notebook.run('open(7)');
    expect((await waiting.done).text).toBe('7');
  });

  it('that comes before its cell ends that cell alone', async () => {
    const { id, done } = notebook.start('for (;;);');
    notebook.interrupt(id);
    expect((await done).error?.ename).toBe('Interrupted');
    notebook.interrupt(id);
    expect((await notebook.run('let n = 0; for (let i = 0; i < 1e8; i++) n++; n')).text).toBe(
      '100000000'
    );
  });
});
