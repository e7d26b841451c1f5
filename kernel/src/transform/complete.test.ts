import { describe, expect, it } from 'vitest';
import { completenessOf } from './complete.js';

const COMPLETE = [
  '1 + 1',
  'let x = /[(]/',
  'await f()',
  '{a: 1, b: 2}',
  'using a = b()',
  'for await (const a of b) c(a)',
  '%npm add lodash-es\n1',
  'interface A { b: string }',
  ''
];
const INCOMPLETE = [
  'f(',
  'let x = {',
  'x =>',
  '1 +',
  '`abc',
  '/* abc',
  'if (a) {',
  'class A {',
  'async () => {',
  'try {}',
  'const {a',
  'enum A {',
  'type X =',
  'for (const a of b)',
  '@dec class A {'
];
const INVALID = ['import = 7q', 'let let = 1', 'foo bar', '"abc', '}', 'let a = 1 let b'];

describe('completeness', () => {
  for (const source of COMPLETE)
    it(`takes ${JSON.stringify(source)} as it is`, () => {
      expect(completenessOf(source).status).toBe('complete');
    });
  for (const source of INCOMPLETE)
    it(`waits for the rest of ${JSON.stringify(source)}`, () => {
      expect(completenessOf(source).status).toBe('incomplete');
    });
  for (const source of INVALID)
    it(`refuses ${JSON.stringify(source)}`, () => {
      expect(completenessOf(source).status).toBe('invalid');
    });
  it('indents after an opening bracket', () => {
    expect(completenessOf('  if (a) {')).toEqual({ status: 'incomplete', indent: '    ' });
    expect(completenessOf('f(a,\n  b')).toEqual({ status: 'incomplete', indent: '  ' });
  });
});
