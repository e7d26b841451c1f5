import { describe, expect, it } from 'vitest';
import { cellNames } from './cell-names.js';

describe('names of a cell', () => {
  it('tells variables, constants and what is imported apart', () => {
    const { declared, exported } = cellNames(
      'import fs, { join as j } from "node:path"; let a = 1, { b, c: [d = q, ...e] } = o; const k = 1;\nexport function f() {} class C {} enum E { X } interface I {} type T = I; namespace N {}'
    );
    expect(Object.fromEntries(declared)).toEqual({
      fs: 'import',
      j: 'import',
      a: 'let',
      b: 'let',
      d: 'let',
      e: 'let',
      k: 'const',
      f: 'import',
      C: 'import',
      E: 'import',
      I: 'import',
      T: 'import',
      N: 'import'
    });
    expect([...exported]).toEqual(['f']);
  });

  it('reads what comes from outside and nothing that is bound inside', () => {
    const { reads } = cellNames(
      `const total = rows.map((row, index = start) => { var late; late = index; return row.value * factor; });
       function area({ width, height: h = fallback }: Box) { for (const step of steps) { try { use(step, h, width); } catch (error) { log(error); } } }
       label: for (;;) { break label; }
       class P extends Base { static x = outer; #y = 1; [computed] = 2; plain() { return this.#y; } }
       const object = { key: value, short, [dynamic]: 1 };`
    );
    expect([...reads].sort()).toEqual(
      [
        'rows',
        'start',
        'factor',
        'fallback',
        'steps',
        'use',
        'log',
        'Base',
        'outer',
        'computed',
        'value',
        'short',
        'dynamic'
      ].sort()
    );
  });

  it('writes what it assigns, increments, deletes or changes through a member', () => {
    const { reads, writes } = cellNames(
      'a = 1; b += 2; c++; delete d.x; e.f.g = 3; [h, { i }] = pair; let own = 0; own = 1;'
    );
    expect([...writes].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'h', 'i']);
    expect(reads.has('a')).toBe(false);
    expect(reads.has('b')).toBe(true);
    expect(reads.has('c')).toBe(true);
  });

  it('leaves names that only types use out of the reads', () => {
    const { reads } = cellNames('let x: Array<Row> = make<Row>(); type T = Row;');
    expect([...reads]).toEqual(['make']);
  });

  it('counts offsets in UTF-16 and names the last expression', () => {
    const source = 'const s = "😀";\ns.length';
    const { lastExpression } = cellNames(source);
    expect(source.slice(lastExpression?.start, lastExpression?.end)).toBe('s.length');
    expect(cellNames('let x = 1').lastExpression).toBeNull();
  });

  it('finds the modules that it loads', () => {
    expect(cellNames('import "./a.ts"; export * from "./b"; await import("c")').imports).toEqual([
      './a.ts',
      './b',
      'c'
    ]);
  });

  it('guesses what a text that does not parse declares', () => {
    const { valid, declared } = cellNames('const a = fs.;\nfunction g( {');
    expect(valid).toBe(false);
    expect([...declared.keys()]).toEqual(['a', 'g']);
  });
});
