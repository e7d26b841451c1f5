import { describe, expect, it } from 'vitest';
import { StaleTracker } from './stale.js';

function tracker(...runs: (readonly [string, string])[]): StaleTracker {
  const made = new StaleTracker();
  for (const [cell, source] of runs) made.executed(cell, source);
  return made;
}

const chain = [
  ['a', 'let x = 1'],
  ['b', 'const y = x + 1'],
  ['c', 'y * 2'],
  ['d', 'const other = 3; other']
] as const;

describe('stale cells', () => {
  it('has none after a first run from top to bottom', () => {
    expect(tracker(...chain).stale()).toEqual([]);
  });

  it('marks what reads a name that was made again, and what reads that in turn', () => {
    expect(tracker(...chain, ['a', 'let x = 2']).stale()).toEqual([
      { cell: 'b', because: ['x'] },
      { cell: 'c', because: ['y'] }
    ]);
  });

  it('takes the mark away when the cell is run again, and keeps it on the next one', () => {
    const cells = tracker(...chain, ['a', 'let x = 2'], ['b', 'const y = x + 1']);
    expect(cells.stale()).toEqual([{ cell: 'c', because: ['y'] }]);
    cells.executed('c', 'y * 2');
    expect(cells.stale()).toEqual([]);
  });

  it('sees another cell that declares the name, an assignment and a change of a member', () => {
    for (const change of ['let x = 9', 'x = 9', 'x++', 'x.size = 9', '({ x } = { x: 9 })'])
      expect(tracker(['a', 'let x = 1'], ['b', 'x'], ['c', change]).stale(), change).toEqual([
        { cell: 'b', because: ['x'] }
      ]);
  });

  it('is not misled by names that are bound inside of the cell, or only written by it', () => {
    expect(
      tracker(
        ['a', 'let x = 1'],
        ['b', '[1].map(x => x)'],
        ['c', 'function f(x) { return x }'],
        ['a', 'let x = 2']
      ).stale()
    ).toEqual([]);
    expect(tracker(['a', 'let x = 1'], ['b', 'x = x + 1'], ['b', 'x = x + 1']).stale()).toEqual([]);
  });

  it('counts the variable that receives a federated result, and what the question reads', () => {
    const ask = '%%federated breast-relapse as km\ncount({ by: group })';
    const cells = tracker(['g', "let group = 'size'"], ['k', ask], ['s', 'km.values']);
    expect(cells.stale()).toEqual([]);
    cells.executed('g', "let group = 'grade'");
    expect(cells.stale()).toEqual([
      { cell: 'k', because: ['group'] },
      { cell: 's', because: ['km'] }
    ]);
  });

  it('forgets cells that were removed, and everything after a restart', () => {
    const cells = tracker(...chain, ['a', 'let x = 2']);
    cells.removed('a');
    expect(cells.stale()).toEqual([]);
    cells.reset();
    expect(cells.cells).toEqual([]);
  });

  it('ends also when cells feed each other', () => {
    const cells = tracker(['a', 'var p = q'], ['b', 'var q = p'], ['a', 'var p = q']);
    expect(cells.stale().map(({ cell }) => cell)).toEqual(['b', 'a']);
  });
});
