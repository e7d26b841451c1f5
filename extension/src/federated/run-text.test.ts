import type { RunView } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { hospitalText, isRunning } from './run-text';

const trans = { __: (text: string) => text };

describe('what a hospital does in a run', () => {
  it('is what it does while the run goes on', () => {
    expect(hospitalText('queued', trans)).toBe('waiting its turn');
    expect(hospitalText('computing', trans)).toBe('computing');
    expect(hospitalText('done', trans)).toBe('done');
  });

  it('is neither waiting nor computing once the run has ended', () => {
    expect(hospitalText('queued', trans, true)).toBe('stopped');
    expect(hospitalText('computing', trans, true)).toBe('stopped');
    expect(hospitalText('done', trans, true)).toBe('answered');
    expect(hospitalText('refused', trans, true)).toBe('refused');
    expect(hospitalText('lost', trans, true)).toBe('not connected');
  });

  it.each<[RunView['state'], boolean]>([
    ['requested', true],
    ['running', true],
    ['waiting', true],
    ['checked', true],
    ['released', false],
    ['refused', false],
    ['failed', false],
    ['cancelled', false]
  ])('a run that is %s goes on: %s', (state, goesOn) => {
    expect(isRunning({ state })).toBe(goesOn);
  });
});
