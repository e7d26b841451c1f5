import { YNotebook, type YCodeCell } from '@jupyter/ydoc';
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { mendCellChanges } from './cell-changes';

interface Step {
  readonly retain?: number;
  readonly delete?: number;
  readonly insert?: readonly Y.Map<unknown>[];
}

/** A page's cell, its list of outputs kept as JupyterLab's cell model keeps it, and the lab's document. */
function share(texts: readonly string[]) {
  const page = new YNotebook();
  const lab = new Y.Doc();
  const cell = new Y.Map<unknown>(Object.entries({ id: 'a', cell_type: 'code' }));
  cell.set('source', new Y.Text());
  cell.set('metadata', new Y.Map());
  cell.set('execution_state', 'idle');
  cell.set('outputs', Y.Array.from(texts.map(output)));
  lab.getArray('cells').push([cell]);
  Y.applyUpdate(page.ydoc, Y.encodeStateAsUpdate(lab));
  const shown = [...texts];
  const model = page.cells[0] as YCodeCell;
  model.changed.connect((_, { outputsChange }) => {
    let at = 0;
    for (const { retain = 0, delete: gone = 0, insert = [] } of (outputsChange ?? []) as Step[]) {
      at += retain;
      shown.splice(at, gone);
      // Wherever it is in the document: JupyterLab appends it.
      shown.push(...insert.map(textOf));
    }
  });
  const change = (work: (outputs: Y.Array<Y.Map<unknown>>, cell: Y.Map<unknown>) => void) => {
    const before = Y.encodeStateVector(lab);
    lab.transact(() => work(cell.get('outputs') as Y.Array<Y.Map<unknown>>, cell));
    Y.applyUpdate(page.ydoc, Y.encodeStateAsUpdate(lab, before));
  };
  const stored = () => (cell.get('outputs') as Y.Array<Y.Map<unknown>>).map(textOf);
  return { shown, stored, change, model, page, lab };
}

const output = (text: string) =>
  new Y.Map<unknown>(Object.entries({ output_type: 'display_data', data: { text } }));
const textOf = (map: Y.Map<unknown>) => (map.get('data') as { text: string }).text;
const replace = (outputs: Y.Array<Y.Map<unknown>>, index: number, text: string) => {
  outputs.delete(index, 1);
  outputs.insert(index, [output(text)]);
};

describe('changes of a cell that come from elsewhere', () => {
  beforeAll(mendCellChanges);

  it('keeps a display that is updated in its place', () => {
    const { shown, change } = share(['one', 'two', 'three']);
    change(outputs => replace(outputs, 1, 'two, updated'));
    expect(shown).toEqual(['one', 'two, updated', 'three']);
  });

  it('keeps it there when the next output comes in the same change', () => {
    const { shown, change } = share(['one', 'two', 'three']);
    change(outputs => {
      replace(outputs, 1, 'two, updated');
      outputs.push([output('four')]);
    });
    expect(shown).toEqual(['one', 'two, updated', 'three', 'four']);
  });

  it('shows what the document holds after any change', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    const { shown, stored, change } = share(['a', 'b', 'c']);
    for (let round = 0; round < 300; round += 1) {
      change(outputs => {
        for (let step = random(4); step >= 0; step -= 1) {
          const text = `${round}.${step}`;
          if (outputs.length > 0 && random(2) === 0) replace(outputs, random(outputs.length), text);
          else if (outputs.length > 8) outputs.delete(0, outputs.length);
          else outputs.push([output(text)]);
        }
      });
      expect(shown, `seed ${seed}, round ${round}`).toEqual(stored());
    }
  });

  it('shows outputs although two wrote the state of the cell at once', () => {
    const { shown, change, model, lab, page } = share([]);
    const before = Y.encodeStateVector(lab);
    model.ymodel.set('execution_state', 'running');
    change((outputs, cell) => {
      cell.set('execution_state', 'running');
      outputs.push([output('one')]);
    });
    Y.applyUpdate(lab, Y.encodeStateAsUpdate(page.ydoc, before));
    expect(shown).toEqual(['one']);
  });
});
