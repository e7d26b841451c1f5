import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RESULT_MIME } from '@wardbook/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { Notebook } from './nbformat.js';
import { releasedOnly } from './released-only.js';
import { Room } from './room.js';

const FORGED = { result: 1, run: '0'.repeat(32), sentences: { en: ['All were cured.'] } };
const RELEASED = { result: 1, run: '1'.repeat(32), sentences: { en: ['12 patients.'] } };
const MEMBER = { send: () => undefined, drop: () => undefined };

const notebookWith = (outputs: readonly unknown[]) =>
  Notebook.parse({
    nbformat: 4,
    nbformat_minor: 5,
    cells: [{ id: 'a', cell_type: 'code', source: '1', outputs }]
  });
const display = (data: unknown) => ({ output_type: 'display_data', metadata: {}, data });

describe('Room', () => {
  let folder = '';
  let room: Room;
  let page: Y.Doc;

  const open = (outputs: readonly unknown[] = []) =>
    Room.open(
      {
        document: 'd',
        logPath: join(folder, 'updates.log'),
        exportFile: async () => undefined,
        onError: error => {
          throw error;
        },
        onFailed: () => undefined
      },
      async () => notebookWith(outputs)
    );
  // What a page does, as the one update that it sends.
  const change = (work: (cells: Y.Array<Y.Map<unknown>>) => void): boolean => {
    const before = Y.encodeStateVector(page);
    page.transact(() => work(page.getArray('cells')));
    return room.apply(Y.encodeStateAsUpdate(page, before), MEMBER);
  };
  const outputsOf = (cells: Y.Array<Y.Map<unknown>>, index = 0) =>
    cells.get(index).get('outputs') as Y.Array<Y.Map<unknown>>;
  const shownText = () => JSON.stringify(room.notebook.doc.getArray('cells').toJSON());

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-room-'));
    room = await open();
    page = new Y.Doc();
    Y.applyUpdate(page, Y.encodeStateAsUpdate(room.notebook.doc));
  });
  afterEach(async () => {
    await room.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('takes what people type, move and delete', () => {
    expect(change(cells => (cells.get(0).get('source') as Y.Text).insert(0, '// '))).toBe(true);
    expect(
      change(cells =>
        outputsOf(cells).push([
          new Y.Map(Object.entries(display({ 'text/plain': RESULT_MIME }) as object))
        ])
      )
    ).toBe(true);
    expect(change(cells => cells.delete(0, 1))).toBe(true);
    expect(room.notebook.cells).toHaveLength(0);
  });

  it('lets people copy a released result, and nothing but it', () => {
    room.vouchFor(RELEASED);
    const push = (result: unknown) =>
      change(cells =>
        outputsOf(cells).push([new Y.Map(Object.entries(display({ [RESULT_MIME]: result })))])
      );
    expect(push(RELEASED)).toBe(true);
    expect(push({ ...RELEASED, sentences: { en: ['13 patients.'] } })).toBe(false);
    expect(shownText()).not.toContain('13 patients');
  });

  it('refuses a result whose key is overwritten in a shared map', () => {
    room.vouchFor(RELEASED);
    const data = new Y.Map<unknown>([[RESULT_MIME, RELEASED]]);
    const first = change(cells =>
      outputsOf(cells).push([new Y.Map(Object.entries(display(data)))])
    );
    const second = change(() => data.set(RESULT_MIME, FORGED));
    expect([first, second]).toEqual([false, false]);
    expect(shownText()).not.toContain('All were cured');
  });

  it('refuses a result in a cell that is no code cell yet', () => {
    const cell = new Y.Map<unknown>(Object.entries({ id: 'm', cell_type: 'markdown' }));
    cell.set('source', new Y.Text(''));
    cell.set(
      'outputs',
      Y.Array.from([new Y.Map(Object.entries(display({ [RESULT_MIME]: FORGED })))])
    );
    const inserted = change(cells => cells.push([cell]));
    const turned = change(() => cell.set('cell_type', 'code'));
    expect([inserted, turned]).toEqual([false, false]);
    expect(shownText()).not.toContain('All were cured');
  });

  it.each([
    ['outputs as plain data', (cell: Y.Map<unknown>) => cell.set('outputs', [display({})])],
    [
      'an output as plain data with a forged result',
      (cell: Y.Map<unknown>) =>
        (cell.get('outputs') as Y.Array<unknown>).push([display({ [RESULT_MIME]: FORGED })])
    ],
    [
      'outputs replaced by a list with a forged result',
      (cell: Y.Map<unknown>) =>
        cell.set('outputs', Y.Array.from([display({ [RESULT_MIME]: FORGED })]))
    ]
  ])('refuses %s', (_what, work) => {
    expect(change(cells => work(cells.get(0)))).toBe(false);
    expect(shownText()).not.toContain('All were cured');
  });

  it('goes on as before after a refusal', () => {
    change(cells =>
      outputsOf(cells).push([new Y.Map(Object.entries(display({ [RESULT_MIME]: FORGED })))])
    );
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(room.notebook.doc));
    page = other;
    expect(change(cells => (cells.get(0).get('source') as Y.Text).insert(0, 'x'))).toBe(true);
    expect(room.notebook.codeOf('a')).toBe('x1');
  });

  it('refuses an update that builds on one it does not have', () => {
    const early: Uint8Array[] = [];
    page.on('update', (update: Uint8Array) => early.push(update));
    const source = page.getArray<Y.Map<unknown>>('cells').get(0).get('source') as Y.Text;
    source.insert(0, 'a');
    source.insert(1, 'b');
    expect(room.apply(early[1] ?? new Uint8Array(), MEMBER)).toBe(false);
    expect(room.apply(early[0] ?? new Uint8Array(), MEMBER)).toBe(true);
  });

  it('leaves the released results in a file, and no others', async () => {
    const file = notebookWith([
      display({ 'text/plain': 'kept', [RESULT_MIME]: FORGED }),
      display({ [RESULT_MIME]: RELEASED })
    ]);
    const { cells } = await releasedOnly(file, async result => result === RELEASED);
    expect(cells[0]?.outputs).toEqual([
      display({ 'text/plain': 'kept' }),
      display({ [RESULT_MIME]: RELEASED })
    ]);
  });
});
