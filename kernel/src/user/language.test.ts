import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestNotebook } from './notebook.fixture.js';

let notebook: TestNotebook;
const value = async (source: string) => (await notebook.run(source)).text;
const failure = async (source: string) => (await notebook.run(source)).error;

beforeAll(async () => {
  notebook = new TestNotebook();
  await notebook.ready;
});
afterAll(() => notebook.stop());

const KINDS: Readonly<Record<string, (name: string, n: number) => readonly [string, string]>> = {
  let: (name, n) => [`let ${name}: number = ${n}`, name],
  const: (name, n) => [`const ${name} = ${n}`, name],
  'const with await': (name, n) => [`const ${name} = await Promise.resolve(${n})`, name],
  class: (name, n) => [`class ${name} { static n = ${n} }`, `${name}.n`],
  function: (name, n) => [`function ${name}(): number { return ${n} }`, `${name}()`],
  'async function': (name, n) => [`async function ${name}() { return ${n} }`, `await ${name}()`],
  var: (name, n) => [`var ${name} = ${n}`, name],
  enum: (name, n) => [`enum ${name} { N = ${n} }`, `${name}.N`],
  import: name => [`import * as ${name} from 'node:path'`, `typeof ${name}.join`]
};

describe('a name declared again', () => {
  for (const [first, makeFirst] of Object.entries(KINDS))
    it(`takes every kind after ${first}`, async () => {
      for (const [index, [second, makeSecond]] of Object.entries(KINDS).entries()) {
        const name = `${first}_${index}`.replace(/\W/g, '_');
        const [declareFirst] = makeFirst(name, 1);
        const [declareSecond, read] = makeSecond(name, 2);
        expect(await failure(declareFirst), first).toBeNull();

        const { error } = await notebook.run(declareSecond);

        expect(error, `${first} → ${second}`).toBeNull();
        expect(await value(read), `${first} → ${second}`).toBe(
          second === 'import' ? `'function'` : '2'
        );
      }
    });

  it('begins anew without a value, in a loop head and in a pattern', async () => {
    await notebook.run('function again() {}');
    expect(await value('let again; typeof again')).toBe(`'undefined'`);
    await notebook.run('let looped = 9');
    expect(await value('for (var looped = 0; looped < 3; looped++) {}\nlooped')).toBe('3');
    await notebook.run('let mixedA = 1; var mixedB = 2');
    expect(
      await value(
        'let { mixedA, mixedB, mixedC } = { mixedA: 3, mixedB: 4, mixedC: 5 }; [mixedA, mixedB, mixedC]'
      )
    ).toBe('[ 3, 4, 5 ]');
    await notebook.run('var mixedC2 = 1; let mixedD = 1');
    expect(await value('var [mixedC2, mixedD] = [6, 7]; mixedC2 * mixedD')).toBe('42');
  });

  it('is not poisoned by a declaration that failed', async () => {
    expect((await failure('let late = (() => { throw new Error("no") })()'))?.ename).toBe('Error');
    expect(await value('const late = 4; late')).toBe('4');
    expect(await value('let enumAfter = 1; enumAfter')).toBe('1');
    expect(
      await value('enum Grown { A, B }\nenum Grown { C = 7 }\nObject.keys(Grown).length')
    ).toBe('6');
    expect(await value('enum Grown { D }\nObject.keys(Grown).length')).toBe('2');
  });
});

describe('a constant', () => {
  it('throws at every kind of assignment and keeps its value', async () => {
    await notebook.run('const fixed: number = 1; import { sep } from "node:path"');
    for (const code of [
      'fixed = 2',
      'fixed += 1',
      'fixed++',
      '({ fixed } = { fixed: 2 })',
      '[fixed] = [2]',
      'for (fixed of [2]) {}',
      'fixed &&= 2',
      '(() => { fixed = 2 })()',
      '(fixed as number) = 2',
      'sep = ""'
    ])
      expect((await failure(code))?.ename, code).toBe('TypeError');
    expect(await value('fixed ??= 2')).toBe('1');
    expect((await failure('fixed &&= (2)'))?.ename).toBe('TypeError');
    expect(await value('fixed')).toBe('1');
  });

  it('of an inner scope or declared again with let is another name', async () => {
    await notebook.run('const inner = 1');
    expect(await value('((inner: number) => { inner = 2; return inner })(0)')).toBe('2');
    expect(await value('{ let inner = 1; inner = 5; }\ninner')).toBe('1');
    expect(await value('let inner = 1; inner = 3; inner')).toBe('3');
  });
});

describe('modules', () => {
  it('come by static and dynamic import, require, JSON and from the built-in ones', async () => {
    writeFileSync(join(notebook.folder, 'data.json'), '{ "x": 5 }');
    expect(
      await value(
        'import fs, { readFileSync as read, type Stats } from "node:fs"; [typeof fs.existsSync, typeof read]'
      )
    ).toBe(`[ 'function', 'function' ]`);
    expect(await value('import data from "./data.json" with { type: "json" }; data.x')).toBe('5');
    expect(await value('(await import("node:os")).EOL')).toBe(`'\\n'`);
    expect(await value('require("./data.json").x')).toBe('5');
    expect(await value('import.meta.url.startsWith("file:")')).toBe('true');
    expect((await failure('import data2 from "./data.json"'))?.evalue).toMatch(/type/);
  });

  it('that export no such name say so when it is used, and warn when it may be a type', async () => {
    expect((await failure('import { nope } from "node:fs"; nope()'))?.evalue).toMatch(
      /'node:fs' has no export named 'nope'/
    );
    expect((await notebook.run('import { Nope } from "node:fs"')).printed).toMatch(
      /import type \{ Nope \}/
    );
  });

  it('are installed packages, also as npm: with a version; a missing one is KERNEL_PACKAGE_MISSING', async () => {
    const home = join(notebook.folder, 'node_modules/tiny');
    mkdirSync(home, { recursive: true });
    writeFileSync(
      join(home, 'package.json'),
      '{ "name": "tiny", "type": "module", "exports": { ".": "./a.js", "./b": "./b.js" } }'
    );
    writeFileSync(join(home, 'a.js'), 'export default 1;');
    writeFileSync(join(home, 'b.js'), 'export const b = 2;');
    expect(await value('import one from "tiny"; one')).toBe('1');
    expect(await value('import { b } from "npm:tiny@^1.0/b"; b')).toBe('2');
    const { ename, traceback } = (await failure('import x from "npm:not-there@1"')) ?? {};
    expect(ename).toBe('KERNEL_PACKAGE_MISSING');
    expect(traceback).toContain('package: not-there');
  });

  it('of the own folder are TypeScript, and are read again after an edit of what they import', async () => {
    const write = (n: number) =>
      writeFileSync(
        join(notebook.folder, 'base.ts'),
        `export interface Shape { a: string }\nexport const n: number = ${n};`
      );
    write(1);
    writeFileSync(
      join(notebook.folder, 'lib.ts'),
      `import { n, Shape } from './base.js';\nexport enum Colour { Red = 'r' }\nexport const twice = (s?: Shape): number => n * 2;`
    );
    expect(await value('import { twice, Colour } from "./lib.ts"; [twice(), Colour.Red]')).toBe(
      `[ 2, 'r' ]`
    );
    write(21);
    expect(await value('import { twice as again } from "./lib"; again()')).toBe('42');
    writeFileSync(join(notebook.folder, 'base.ts'), 'export const n = ;');
    expect(
      (await failure('import { twice as broken } from "./lib.ts"'))?.traceback.join('\n')
    ).toMatch(/at base\.ts:1:18/);
    write(3);
    expect(await value('import { twice as mended } from "./lib.ts"; mended()')).toBe('6');
  });

  it('do not take the built-in names from packages', async () => {
    expect(
      await value('import { setTimeout } from "node:timers/promises"; await setTimeout(1, 7)')
    ).toBe('7');
    expect(await value('const JSON = 5; ({ JSON })')).toBe('{ JSON: 5 }');
    expect(await value('globalThis.JSON.stringify([JSON])')).toBe(`'[5]'`);
    expect((await notebook.run('console.log(1)')).printed).toBe('1\n');
  });
});

describe('syntax', () => {
  const CASES: readonly (readonly [string, unknown])[] = [
    ['{ a: 1, b: { c: 2 } }', '{ a: 1, b: { c: 2 } }'],
    ['{ let q = 1; q + 1 }', null],
    ['await 1; let tail = 2', null],
    ['1; interface Foo { a: string }', null],
    ['export const exported = 3', null],
    ['exported', '3'],
    ['export default { q: exported }', '{ q: 3 }'],
    ['export default ({ q: (exported) });', '{ q: 3 }'],
    ['export default function () { return 1 }', null],
    ['((1 as number)!) as unknown', '1'],
    ['namespace Inner { export const q = 2 }\nInner.q', '2'],
    ['Inner.q + 1', '3'],
    ['type T = string; const typed: T = "x"; typed', `'x'`],
    [
      'async function* gen() { yield 1; yield 2 }\nlet sum = 0; for await (const v of gen()) sum += v; sum',
      '3'
    ],
    [
      'class P { constructor(private a: number, readonly b = 2) {} sum() { return this.a + this.b } }\nnew P(1).sum()',
      '3'
    ],
    ['{ using r = { [Symbol.dispose]() { console.log("gone") } } }', null],
    ['await using h = { v: 8, async [Symbol.asyncDispose]() {} };\nh.v', '8'],
    [
      'function dec(t: unknown, c: { kind: string }) { return c.kind === "method" ? () => 9 : t }\nclass D { @dec m() { return 1 } }\nnew D().m()',
      '9'
    ],
    ['undeclared = 1', 'ReferenceError'],
    ['const { m1, ...rest } = { m1: 1, m2: 2 }; rest', '{ m2: 2 }']
  ];
  for (const [source, expected] of CASES)
    it(`runs ${JSON.stringify(source.slice(0, 60))}`, async () => {
      const { text, error } = await notebook.run(source);
      expect(error?.ename ?? text).toBe(expected);
    });
});
