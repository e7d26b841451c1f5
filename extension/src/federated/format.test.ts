import type { Result } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { valuesThatLeft } from './format';
import { modeText } from './mode';

const line = (values: number, rounds: number) => ({
  label: { en: 'sums', fr: 'sommes' },
  values,
  rounds,
  summed: true
});

describe('what left the hospitals', () => {
  it('counts the numbers of a round once for each of its rounds', () => {
    const result = { egress: [line(10, 1), line(4, 6)] } as unknown as Result;
    expect(valuesThatLeft(result)).toBe(34);
  });
});

describe('the method in words', () => {
  it.each(['exact', 'exact, quartiles from bins', 'grid', 'stratified'])(
    'knows the mode %s',
    mode => {
      expect(modeText(mode, { __: text => `fr: ${text}` })).toMatch(/^fr: /u);
    }
  );

  it('shows a mode that it does not know as it is', () => {
    expect(modeText('later', { __: text => `fr: ${text}` })).toBe('later');
  });
});
