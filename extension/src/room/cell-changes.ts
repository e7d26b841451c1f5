import { YCodeCell } from '@jupyter/ydoc';
import type * as Y from 'yjs';

type Outputs = Y.Array<Y.Map<unknown>>;
type Delta = Y.YArrayEvent<Y.Map<unknown>>['changes']['delta'];
type Events = readonly Y.YEvent<Y.AbstractType<unknown>>[];

interface Observed {
  readonly ymodel: Y.Map<unknown>;
  getChanges(this: Observed, events: Events): { outputsChange?: Delta };
}

/** Mends what a code cell tells its page of changes that came from elsewhere. Once a page. */
export function mendCellChanges(): void {
  const prototype = YCodeCell.prototype as unknown as Observed;
  const original = prototype.getChanges;
  prototype.getChanges = function (events) {
    dropLostWrites(events, this.ymodel);
    const changes = original.call(this, events);
    const outputs = this.ymodel.get('outputs') as Outputs | undefined;
    return changes.outputsChange === undefined || outputs === undefined
      ? changes
      : { ...changes, outputsChange: appended(changes.outputsChange, outputs) };
  };
}

// When two people's writes of a cell's state cross, the lost one is named in `keysChanged` and has no entry in
// `changes.keys`. YCodeCell reads that entry without looking and throws, and the outputs of the same change never reach
// the page (@jupyter/ydoc 4.0.0, ycell.ts, getChanges).
function dropLostWrites(events: Events, cell: Y.Map<unknown>): void {
  for (const event of events) {
    if (event.target !== cell) continue;
    const { keysChanged, changes } = event as Y.YMapEvent<unknown>;
    for (const key of [...keysChanged] as string[])
      if (!changes.keys.has(key)) keysChanged.delete(key);
  }
}

// JupyterLab's cell model appends every output that is inserted, wherever it is (@jupyterlab/cells 4.6.4, model.ts): from
// the first change on, the outputs are told again in their order.
function appended(delta: Delta, outputs: Outputs): Delta {
  let at = 0;
  let first = -1;
  let firstInserted = -1;
  let inserted = 0;
  let deleted = 0;
  for (const { retain = 0, insert, delete: gone = 0 } of delta) {
    const added = Array.isArray(insert) ? insert.length : 0;
    if (first < 0 && retain === 0) first = at;
    if (firstInserted < 0 && added > 0) firstInserted = at;
    at += retain + added;
    inserted += added;
    deleted += gone;
  }
  // All of them together at the end: appending is right.
  if (inserted === 0 || firstInserted + inserted === outputs.length) return delta;
  const before = outputs.length - inserted + deleted;
  return [{ retain: first }, { delete: before - first }, { insert: outputs.slice(first) }];
}
