import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabUser } from '../config.js';
import type { KernelListener } from '../kernels/lab-kernel.js';
import { Notebook } from '../rooms/nbformat.js';
import { Room } from '../rooms/room.js';
import { CellOutput } from './cell-output.js';
import { Executions, type ExecutionsOptions } from './executions.js';
import { Journal } from './journal.js';

const ENTRY = { document: 'd', lineage: 'l', kernel: 'k', path: 'a.ipynb' };
const ANA = { name: 'ana', role: 'editor' } as LabUser;

/** A kernel that answers by what the code says. */
class FakeKernel {
  readonly #listeners = new Set<KernelListener>();
  listen(listener: KernelListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  onDeath(): () => void {
    return () => undefined;
  }
  request(_channel: string, _type: string, { code }: { code: string }, { id }: { id: string }) {
    if (code === 'throw') throw new Error('no kernel today');
    if (code === 'malformed') this.#tell('iopub', 'display_data', id, {});
    this.#tell('iopub', 'stream', id, { name: 'stdout', text: `ran ${code}` });
    this.#tell('iopub', 'status', id, { execution_state: 'idle' });
    this.#tell('shell', 'execute_reply', id, { status: 'ok' });
    return Promise.resolve();
  }
  #tell(channel: 'iopub' | 'shell', msg_type: string, msg_id: string, content: unknown): void {
    const parts = [{ msg_type, msg_id: 'x' }, { msg_id }, {}, content];
    for (const listener of [...this.#listeners])
      listener(
        channel,
        parts.map(value => Buffer.from(JSON.stringify(value)))
      );
  }
}

describe('Executions', () => {
  let folder = '';
  let room: Room;
  let journal: Journal;
  let executions: Executions;
  let errors: unknown[];
  const stateOf = (cell: string) => room.notebook.executions.get(cell)?.state;
  const outputsOf = (cell: string) => room.notebook.outputsOf(cell)?.toJSON();
  const until = async (cell: string, state: string) => {
    while (stateOf(cell) !== state || journal.open().length > 0) await turn();
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-executions-'));
    errors = [];
    const onError = (error: unknown) => void errors.push(error);
    const sources = { good: '1', bad: 'malformed', worse: 'throw' };
    room = await Room.open(
      {
        document: 'd',
        logPath: join(folder, 'updates.log'),
        exportFile: async () => undefined,
        onError,
        onFailed: () => undefined
      },
      async () =>
        Notebook.parse({
          nbformat: 4,
          nbformat_minor: 5,
          cells: Object.entries(sources).map(([id, source]) => ({ id, cell_type: 'code', source }))
        })
    );
    journal = new Journal(folder);
    const kernel = new FakeKernel();
    executions = new Executions({
      rooms: { room: async () => room },
      index: { byId: () => ENTRY },
      kernels: { forDocument: () => ({ kernel }) },
      journal,
      results: { isReleased: async () => false },
      onError
    } as unknown as ExecutionsOptions);
  });
  afterEach(async () => {
    journal.close();
    await room.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['bad', 'worse'])(
    'goes on after a cell that the lab could not follow (%s)',
    async cell => {
      await executions.enqueue(ENTRY, [cell, 'good'], ANA);
      await until('good', 'aborted');
      expect(stateOf(cell)).toBe('failed');
      expect(outputsOf(cell)?.at(-1)).toMatchObject({ ename: 'LAB_INTERNAL' });
      expect(errors).toHaveLength(1);

      await executions.enqueue(ENTRY, ['good'], ANA);
      await until('good', 'done');
      expect(outputsOf('good')).toMatchObject([{ text: 'ran 1' }]);
    }
  );

  it('says nothing of a cell whose end the document has', async () => {
    journal.add({ id: 'e1', document: 'd', cell: 'good', user: 'ana', state: 'running' });
    const output = new CellOutput(room.notebook, 'good', new Map());
    output.add({ output_type: 'stream', name: 'stdout', text: 'whole' }, null);
    output.mark({ id: 'e1', state: 'done', by: 'ana' });
    await executions.recover();
    expect(stateOf('good')).toBe('done');
    expect(outputsOf('good')).toMatchObject([{ text: 'whole' }]);
    expect(journal.open()).toEqual([]);
  });

  it('tells the truth of a cell that was running: LAB_RESTARTED', async () => {
    journal.add({ id: 'e1', document: 'd', cell: 'good', user: 'ana', state: 'running' });
    const output = new CellOutput(room.notebook, 'good', new Map());
    output.mark({ id: 'e1', state: 'running', by: 'ana' });
    await executions.recover();
    expect(stateOf('good')).toBe('failed');
    expect(outputsOf('good')).toMatchObject([{ ename: 'LAB_RESTARTED' }]);
  });
});
