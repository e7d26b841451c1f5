import { describe, expect, it } from 'vitest';
import { globMatcher } from './glob.js';

describe('a shell pattern', () => {
  it.each([
    ['*', '', true],
    ['a*b', 'a\nxb', true],
    ['a*b', 'abx', false],
    ['?', '🙂', true],
    ['?', '', false],
    ['[a-c]1', 'b1', true],
    ['[^a-c]1', 'b1', false],
    ['[]x]', ']', true],
    ['[a', '[a', true],
    ['a.c', 'abc', false],
    ['*ab*ab', 'abxab', true],
    ['Ab', 'ab', false]
  ])('%j against %j is %j', (pattern, text, expected) => {
    expect(globMatcher(pattern)(text)).toBe(expected);
  });

  it('takes no more than pattern × text steps', () => {
    const matches = globMatcher(`${'*a'.repeat(40)}b`);
    expect(matches('a'.repeat(20_000))).toBe(false);
  });
});
