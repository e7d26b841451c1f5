import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
    notebook.follow({ unsavedChanged } as unknown as RoomClient);
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

  it('is not marked by changes that arrive at once', () => {
    unsavedChanged.emit(true);
    unsavedChanged.emit(false);
    vi.advanceTimersByTime(5_000);
    expect(marks).toEqual([]);
  });
});
