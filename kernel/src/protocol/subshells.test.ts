import { describe, expect, it } from 'vitest';
import { CellQueue } from './cell-queue.js';
import { requestOf } from './messages.fixture.js';
import { Subshells } from './subshells.js';

function setUp() {
  const seen: string[] = [];
  const subshells = new Subshells(
    () =>
      new CellQueue({
        run: ({ header }) => {
          seen.push(header.msg_id);
          return new Promise(() => undefined);
        },
        abort: ({ header }) => void seen.push(`abort ${header.msg_id}`)
      })
  );
  const cell = (id: string, subshell: string | null) => {
    const request = requestOf(id, 'execute_request');
    return { ...request, header: { ...request.header, subshell_id: subshell } };
  };
  return { seen, subshells, cell };
}

describe('subshells', () => {
  it('run cells while a cell of the main shell waits', () => {
    const { seen, subshells, cell } = setUp();
    const id = String(subshells.create()['subshell_id']);
    for (const [name, shell] of [
      ['main', null],
      ['waits', null],
      ['beside', id]
    ] as const)
      expect(subshells.add(cell(name, shell))).toBe(true);
    expect(seen).toEqual(['main', 'beside']);
  });

  it('are listed until they are deleted, which aborts what waits there', () => {
    const { seen, subshells, cell } = setUp();
    const id = String(subshells.create()['subshell_id']);
    expect(subshells.list()).toEqual({ status: 'ok', subshell_id: [id] });
    subshells.add(cell('runs', id));
    subshells.add(cell('waits', id));
    expect(subshells.delete(id)).toEqual({ status: 'ok' });
    expect(seen).toEqual(['runs', 'abort waits']);
    expect(subshells.list()).toEqual({ status: 'ok', subshell_id: [] });
  });

  it('that do not exist take no cell and cannot be deleted', () => {
    const { subshells, cell } = setUp();
    expect(subshells.add(cell('lost', 'nobody'))).toBe(false);
    expect(subshells.knows(cell('lost', 'nobody'))).toBe(false);
    expect(subshells.delete('nobody')).toMatchObject({ status: 'error', ename: 'SubshellUnknown' });
  });
});
