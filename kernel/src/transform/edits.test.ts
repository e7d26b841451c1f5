import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, toMade, toSource } from './edits.js';

describe('edits', () => {
  it('leave the map empty when nothing moves', () => {
    expect(applyEdits('const a', [{ start: 0, end: 5, text: 'let  ' }])).toEqual({
      code: 'let   a',
      map: []
    });
  });

  it('put insertions first and leave out what lies inside of a longer edit', () => {
    const edits = [
      { start: 2, end: 3, text: 'X' },
      { start: 0, end: 4, text: 'long' },
      { start: 0, end: 0, text: '(' }
    ];
    expect(applyEdits('abcd', edits).code).toBe('(long');
  });

  it('lead every kept character back to its place and forth again', () => {
    const edit = fc.record({
      start: fc.nat(60),
      length: fc.nat(6),
      text: fc.string({ maxLength: 9, unit: fc.constantFrom('x', 'y') })
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), list => {
        const source = Array.from({ length: 70 }, (_, at) => String.fromCharCode(0x4e00 + at)).join(
          ''
        );
        const edits = list.map(({ start, length, text }) => ({ start, end: start + length, text }));
        const { code, map } = applyEdits(source, edits);
        for (const [at, character] of [...code].entries()) {
          if (character === 'x' || character === 'y') continue;
          expect(source[toSource(map, at)]).toBe(character);
          expect(code[toMade(map, toSource(map, at))]).toBe(character);
        }
      })
    );
  });
});
