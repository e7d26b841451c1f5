import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import type { RoomClient } from './room-client';
import { RoomNotebook } from './room-notebook';

describe('RoomNotebook', () => {
  let notebook: RoomNotebook;
  let marks: unknown[];
  const room = {};
  const unsavedChanged = new Signal<object, boolean>(room);

  beforeEach(() => {
    vi.useFakeTimers();
    marks = [];
    notebook = new RoomNotebook();
    notebook.changed.connect((_, { stateChange }) => {
      for (const { name, newValue } of stateChange ?? []) marks.push([name, newValue]);
    });
    notebook.follow({ unsavedChanged, mayWrite: true } as unknown as RoomClient);
  });
  afterEach(() => {
    Signal.clearData(room);
    notebook.dispose();
    vi.useRealTimers();
  });

  it('has no mark of its own for what JupyterLab or another page changes', () => {
    notebook.insertCell(0, { cell_type: 'code', source: 'a' });
    notebook.dirty = true;
    expect(notebook.dirty).toBe(false);
    expect(notebook.ydoc.getMap('state').get('dirty')).toBeUndefined();
    expect(marks).toEqual([]);
  });

  it('is marked from a second after a change that does not arrive, until it does', () => {
    unsavedChanged.emit(true);
    vi.advanceTimersByTime(900);
    expect(notebook.dirty).toBe(false);
    vi.advanceTimersByTime(200);
    expect(notebook.dirty).toBe(true);
    unsavedChanged.emit(false);
    expect(notebook.dirty).toBe(false);
    expect(marks).toEqual([
      ['dirty', true],
      ['dirty', false]
    ]);
  });

  it('keeps its cells on the page of a reader, and takes those of others', () => {
    notebook.insertCell(0, { cell_type: 'code', source: 'a' });
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(notebook.ydoc));
    const reader = new RoomNotebook();
    reader.follow({ unsavedChanged, mayWrite: false } as unknown as RoomClient);
    Y.applyUpdate(reader.ydoc, Y.encodeStateAsUpdate(other));
    reader.insertCell(1, { cell_type: 'code', source: 'mine' });
    reader.addCell({ cell_type: 'markdown', source: 'mine' });
    reader.deleteCell(0);
    reader.moveCell(0, 0);
    expect(reader.cells.map(cell => cell.getSource())).toEqual(['a']);
    notebook.insertCell(1, { cell_type: 'code', source: 'b' });
    Y.applyUpdate(reader.ydoc, Y.encodeStateAsUpdate(notebook.ydoc));
    expect(reader.cells.map(cell => cell.getSource())).toEqual(['a', 'b']);
    reader.dispose();
  });

  it('is not marked by changes that arrive at once', () => {
    unsavedChanged.emit(true);
    unsavedChanged.emit(false);
    vi.advanceTimersByTime(5_000);
    expect(marks).toEqual([]);
  });
});
