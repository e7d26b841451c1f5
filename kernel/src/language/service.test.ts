import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TypeService } from './service.js';

/** The text without its mark `|`, and where that was. */
function at(text: string): [string, number] {
  const offset = text.indexOf('|');
  return [text.slice(0, offset) + text.slice(offset + 1), offset];
}

describe('language service', () => {
  let folder = '';
  let types: TypeService;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-types-'));
    await writeFile(
      join(folder, 'local.ts'),
      '/** Twice. */ export const twice = (x: number): number => 2 * x;'
    );
    const pack = join(folder, 'node_modules', 'little-box');
    await mkdir(pack, { recursive: true });
    await writeFile(
      join(pack, 'package.json'),
      '{"name":"little-box","exports":{".":{"types":"./box.d.ts","default":"./box.js"}}}'
    );
    await writeFile(join(pack, 'box.d.ts'), 'export interface Box { width: number }');
    types = new TypeService({ folder, start: 'eager' });
    await types.diagnostics('');
    types.executed({
      id: 'a',
      count: 1,
      source:
        'let x = 5; const k = 1; let grown: string | number = 1;\n/** Makes it.\n * @param a the number\n */\nfunction make(a: number) { return { alpha: a, beta: String(a) }; }\ninterface Row { term: string }\nenum Colour { Red, Green }'
    });
  });
  afterAll(async () => {
    await types.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  const complete = async (text: string) => (await types.complete(...at(text)))?.items ?? [];
  const messages = async (text: string) =>
    (await types.diagnostics(text)).map(({ code, from, to }) => [code, text.slice(from, to)]);

  it('completes members of values that were never run, with kind and type', async () => {
    const items = await complete('const made = make(3);\nmade.a|');
    expect(items.map(({ text, kind, detail }) => [text, kind, detail])).toEqual([
      ['alpha', 'property', '(property) alpha: number']
    ]);
  });

  it('replaces exactly what was typed, also after characters outside of the basic plane', async () => {
    const [source, offset] = at('const smile = "😀"; make(1).be|');
    const [item] = (await types.complete(source, offset))?.items ?? [];
    expect([item?.text, source.slice(item?.start, item?.end)]).toEqual(['beta', 'be']);
  });

  it('completes names of earlier cells, of globals and of node', async () => {
    const names = (await complete('m|')).map(({ text }) => text);
    expect(names).toContain('make');
    expect(names).toContain('markdown');
    expect((await complete('process.arg|')).map(({ text }) => text)).toContain('argv');
    expect((await complete('import { readFile } from "node:fs/promises"; readF|'))[0]?.text).toBe(
      'readFile'
    );
  });

  it('explains a name with its documentation, and a call with its active parameter', async () => {
    const hover = await types.hover(...at('mak|e(3)'));
    expect(hover?.plain).toContain('make(a: number)');
    expect(hover?.plain).toContain('Makes it.');
    const signature = await types.signature(...at('make(|'));
    expect(signature?.markdown).toContain('**a: number**: the number');
    expect(await types.hover(...at('|   '))).toBeNull();
  });

  it('sees types, functions, enums and variables of earlier cells', async () => {
    expect(
      await messages(
        'const row: Row = { term: String(Colour.Red + make(x).alpha) };\nx = 7; grown = "a";'
      )
    ).toEqual([]);
    expect(await messages('x = "text"')).toEqual([[2322, 'x']]);
    expect(await messages('k = 2')).toEqual([[2588, 'k']]);
    expect(await messages('make("3")')).toEqual([[2345, '"3"']]);
  });

  it('lets a cell declare a name again, of another kind and type', async () => {
    expect(await messages('const x = "text"; x.length; class make {}')).toEqual([]);
  });

  it('takes the latest executed declaration of a name', async () => {
    types.executed({ id: 'b', count: 2, source: 'let later = 1' });
    expect(await messages('later.toFixed()')).toEqual([]);
    types.executed({ id: 'b', count: 3, source: 'let later = "one"' });
    expect(await messages('later.toFixed()')).toEqual([[2551, 'toFixed']]);
    expect(await messages('later.length')).toEqual([]);
  });

  it('allows await, missing annotations and any in catch; finds packages and modules of the folder', async () => {
    expect(
      await messages(
        `import { twice } from './local.ts'; import type { Box } from 'little-box';
const wait = await new Promise<number>(resolve => setTimeout(() => resolve(1), 1));
function free(a, b) { return a + b; }
const list = []; list.push(1);
try { free(twice(wait), 1); } catch (error) { console.log(error.message); }
const box: Box = { width: 1 }; await display(box);`
      )
    ).toEqual([]);
    expect(await messages("import { thrice } from './local.ts'; thrice(1)")).toEqual([
      [2305, 'thrice']
    ]);
  });

  it('blanks magic lines and keeps every offset', async () => {
    expect(await messages('%npm add something\nnothingOfTheSort')).toEqual([
      [2304, 'nothingOfTheSort']
    ]);
    expect(await messages('?make')).toEqual([]);
    expect(await messages('%%html\n<b>no code</b>')).toEqual([]);
  });

  it('says where a text does not parse, and nothing about names it may declare', async () => {
    const problems = await messages('let x = 5\nlet y = (');
    expect(problems.map(([code]) => code)).toEqual([1109, 1005]);
  });

  it('checks the cells of a notebook in their order before anything was run', async () => {
    types.setCells([
      {
        id: 'one',
        source: 'import * as path from "node:path"; const first = 1; type Pair = [number, number];'
      },
      { id: 'two', source: 'const pair: Pair = [first, second]; path.join("a")' },
      { id: 'three', source: 'const second = "2"' }
    ]);
    expect(await types.problems('one')).toEqual([]);
    expect((await types.problems('two'))?.map(({ code }) => code)).toEqual([2304]);
    expect(await types.problems('nobody')).toBeNull();
    types.setCells([{ id: 'two', source: 'const pair: Pair = [first, second]' }]);
    expect((await types.problems('two'))?.map(({ code }) => code)).toEqual([2304, 2304, 2304]);
  });

  it('forgets all names when the process that held them ended', async () => {
    types.executed({ id: 'c', count: 4, source: 'let gone = 1' });
    expect(await messages('gone')).toEqual([]);
    types.restarted();
    expect(await messages('gone')).toEqual([[2304, 'gone']]);
  });

  it('measures the memory of its server', async () => {
    expect(await types.memoryBytes()).toBeGreaterThan(10_000_000);
  });
});
