import { HospitalId, RunId, type RunEnd } from '@wardbook/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunEnds } from './run-ends.js';

const [north, south] = ['north', 'south'].map(id => HospitalId.parse(id)) as [
  HospitalId,
  HospitalId
];
const end = (digit: string): RunEnd['runs'][number] => ({
  run: RunId.parse(digit.repeat(32)),
  reason: 'released'
});

describe('ends of runs', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('tells each hospital of all its ended runs at once, and of each only once', () => {
    const sent: [HospitalId, RunEnd][] = [];
    const ends = new RunEnds((hospital, message) => sent.push([hospital, message]));
    ends.add([north, south], end('a'));
    ends.add([north, south], end('b'));
    ends.add([south], end('c'));
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(sent.map(([hospital, { runs }]) => [hospital, runs])).toEqual([
      [north, [end('a'), end('b')]],
      [south, [end('a'), end('b'), end('c')]]
    ]);
    vi.advanceTimersByTime(1_000);
    expect(sent).toHaveLength(2);
  });

  it('gives hospitals with the same ends the same message, which is signed once', () => {
    const sent: RunEnd[] = [];
    const ends = new RunEnds((_, message) => sent.push(message));
    ends.add([north, south], end('a'));
    vi.advanceTimersByTime(50);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toBe(sent[1]);
  });
});
