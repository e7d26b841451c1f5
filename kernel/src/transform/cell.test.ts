import { describe, expect, it } from 'vitest';
import { prepareCell } from './cell.js';
import { CellNames } from './names.js';
import { parseSource, slowParser } from './parser.js';
import { CellSyntaxError } from './syntax-error.js';
import { takeMagics, withoutMagics } from './magics.js';

function fault(source: string): CellSyntaxError {
  try {
    prepareCell(source, new CellNames(), 'cell-7.ts');
  } catch (error) {
    if (error instanceof CellSyntaxError) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('a prepared cell', () => {
  it('has a value only when its last statement is an expression', () => {
    const hasValue = (source: string) => prepareCell(source, new CellNames()).hasValue;

    expect(
      ['1', 'a;;', '"text"', '{ a: 1 }', 'export default 1', 'await a'].map(hasValue)
    ).not.toContain(false);
    expect(
      [
        'let a = 1',
        '1; let b',
        'await 1; let c = 2',
        '1; interface A {}',
        'if (a) b',
        'enum A {}',
        ''
      ].map(hasValue)
    ).not.toContain(true);
  });

  it('names line, column and text of a syntax error, with a caret below it', () => {
    const { message, traceback } = fault('let a = 1\nfoo bar\n');

    expect(message).toMatch(/\(line 2, column 4\)$/);
    expect(traceback.slice(1, 5)).toEqual([
      '  at cell-7.ts:2:4',
      '  1 | let a = 1',
      '> 2 | foo bar',
      '    |    ^'
    ]);
  });

  it('refuses an unknown magic line with KERNEL_MAGIC_UNKNOWN, and takes no modulo for one', () => {
    const unknown = expect.objectContaining({ code: 'KERNEL_MAGIC_UNKNOWN' }) as Error;

    for (const source of ['%npm', '%npm remove a', '%pip install a', '%%bash\nls', '// a\n%x'])
      expect(() => takeMagics(source)).toThrow(unknown);
    expect(takeMagics('a\n% b').edits).toEqual([]);
    expect(takeMagics('%npm add a b@1\n1').rest).toBe('              \n1');
    expect(withoutMagics('%what\nlet a\n% b')).toBe('     \nlet a\n% b');
  });

  it('warns when it takes the name of a built-in', () => {
    expect(prepareCell('const JSON = 1', new CellNames()).warnings).toHaveLength(1);
    expect(
      prepareCell("import { setTimeout } from 'node:timers/promises'", new CellNames()).warnings
    ).toEqual([]);
  });

  it('forgets its names when the user process is fresh', () => {
    const names = new CellNames();
    prepareCell('const a = 1', names);
    expect(names.isConstant('a')).toBe(true);
    names.clear();
    expect(names.familyOf('a')).toBeNull();
  });
});

describe('the parser that stands in', () => {
  it('gives the same code where the native one does not load', () => {
    const slow = slowParser();
    for (const source of [
      'let x: number = 1',
      'class A<T> { private a?: T }',
      'f(a as B, <C>d)',
      'x!'
    ]) {
      const { program, faults } = slow(source);
      expect(faults).toEqual([]);
      expect(program.body.map(({ type, start, end }) => [type, start, end])).toEqual(
        parseSource(source).program.body.map(({ type, start, end }) => [type, start, end])
      );
    }
    expect(slow('let a = ').faults).toHaveLength(1);
  });
});
