import { randomUUID } from 'node:crypto';
import { wardbookError } from '@wardbook/protocol';
import type { LabUser } from '../config.js';
import type { ReleasedResults } from '../gateway/released-results.js';
import type { Kernels } from '../kernels/kernels.js';
import type { LabKernel } from '../kernels/lab-kernel.js';
import type { DocumentEntry, DocumentIndex } from '../rooms/document-index.js';
import type { ExecutionMark } from '../rooms/notebook-doc.js';
import type { Room } from '../rooms/room.js';
import type { Rooms } from '../rooms/rooms.js';
import { CellOutput, type Displays } from './cell-output.js';
import { errorOutput, runExecution, type Ending } from './execution.js';
import type { FederatedRequest, Journal, OpenExecution } from './journal.js';

/** What executions need. */
export interface ExecutionsOptions {
  readonly rooms: Rooms;
  readonly index: DocumentIndex;
  readonly kernels: Kernels;
  readonly journal: Journal;
  readonly results: ReleasedResults;
  readonly onError: (error: unknown) => void;
}

/** A cell that waits for its turn or runs. */
interface Item {
  readonly id: string;
  readonly cell: string;
  readonly user: string;
  aborted: boolean;
}

interface Queue {
  readonly items: Item[];
  readonly displays: Displays;
  current: Item | null;
}

/** Runs cells at the lab: one queue a notebook for all people, outputs written by the lab alone. */
export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #queues = new Map<string, Queue>();

  constructor(options: ExecutionsOptions) {
    this.#options = options;
  }

  /**
   * Queues cells in the order given; those that wait already keep their place.
   *
   * @returns execution ids in the cells' order
   * @throws LAB_NOT_FOUND when a cell is not there (any more) or holds no code
   */
  async enqueue(entry: DocumentEntry, cells: readonly string[], user: LabUser): Promise<string[]> {
    const { rooms, journal } = this.#options;
    const room = await rooms.room(entry.document);
    for (const cell of cells)
      if (room.notebook.codeOf(cell) === null) throw wardbookError('LAB_NOT_FOUND', { path: cell });
    const queue = this.#queue(entry.document);
    const ids = cells.map(cell => {
      const waiting = queue.items.find(item => item.cell === cell);
      if (waiting !== undefined) return waiting.id;
      const item: Item = { id: randomUUID(), cell, user: user.name, aborted: false };
      journal.add({
        id: item.id,
        document: entry.document,
        cell,
        user: user.name,
        state: 'queued'
      });
      queue.items.push(item);
      this.#output(room, queue, cell).mark({ id: item.id, state: 'queued', by: user.name });
      return item.id;
    });
    if (queue.current === null) void this.#drain(entry, queue).catch(this.#options.onError);
    return ids;
  }

  /** Interrupts the running cell; what waits behind it is not run. */
  async interrupt(entry: DocumentEntry): Promise<void> {
    const queue = this.#queue(entry.document);
    for (const item of queue.items) item.aborted = true;
    await this.#options.kernels.forDocument(entry).kernel.interrupt();
  }

  /** Execution and user that a kernel works for now. */
  currentOf(kernel: LabKernel): { execution: string | null; user: string } | null {
    const session = this.#options.kernels.sessionOf(kernel);
    const current = session?.document ? this.#queues.get(session.document)?.current : null;
    if (current) return { execution: current.id, user: current.user };
    const { username } = (kernel.parent ?? {}) as { username?: string };
    return username === undefined ? null : { execution: null, user: username };
  }

  /** Brings to their true end what a killed lab had begun: federated runs by their result, the rest by saying so. */
  async recover(): Promise<void> {
    for (const open of this.#options.journal.open()) {
      try {
        await this.#recoverOne(open);
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }

  async #recoverOne(open: OpenExecution): Promise<void> {
    const { rooms, index, journal } = this.#options;
    if (index.byId(open.document) === null) return journal.end(open.id);
    const room = await rooms.room(open.document);
    const marked = room.notebook.executions.get(open.cell);
    // Killed after the document said how it ended and before the journal did: there is nothing to tell.
    if (marked?.id === open.id && isFinal(marked.state)) return journal.end(open.id);
    const output = this.#output(room, this.#queue(open.document), open.cell);
    const requests = journal.requestsOf(open.id);
    const mark = (state: 'running' | Ending) => output.mark({ id: open.id, state, by: open.user });
    if (open.state === 'queued') mark('aborted');
    else if (requests.length === 0) {
      output.add(errorOutput('LAB_RESTARTED'), null);
      mark('failed');
    } else {
      mark('running');
      void this.#reattach(open, requests, room, output).catch(this.#options.onError);
      return;
    }
    await room.durable;
    journal.end(open.id);
  }

  async #reattach(
    open: OpenExecution,
    requests: readonly FederatedRequest[],
    room: Room,
    output: CellOutput
  ): Promise<void> {
    const { results, journal } = this.#options;
    output.clear(false);
    let ending: Ending = 'done';
    for (const request of requests) {
      const { output: shown, result } = await results.outcome(request);
      if (result === null) ending = 'failed';
      else room.vouchFor(result);
      output.add(shown, null);
    }
    output.add({ output_type: 'stream', name: 'stderr', text: REATTACHED }, null);
    output.mark({ id: open.id, state: ending, by: open.user });
    await room.durable;
    journal.end(open.id);
  }

  #queue(document: string): Queue {
    const known = this.#queues.get(document);
    if (known !== undefined) return known;
    const queue: Queue = { items: [], displays: new Map(), current: null };
    this.#queues.set(document, queue);
    return queue;
  }

  #output(room: Room, queue: Queue, cell: string): CellOutput {
    return new CellOutput(room.notebook, cell, queue.displays);
  }

  async #drain(entry: DocumentEntry, queue: Queue): Promise<void> {
    try {
      for (let item = queue.items.shift(); item !== undefined; item = queue.items.shift()) {
        queue.current = item;
        await this.#runOne(entry, queue, item).catch(async (error: unknown) => {
          this.#options.onError(error);
          await this.#giveUp(entry, queue, item);
        });
      }
    } finally {
      queue.current = null;
    }
  }

  // The room is asked for again: it may be the one that failed. What cannot be said now is said at the next start.
  async #giveUp(entry: DocumentEntry, queue: Queue, item: Item): Promise<void> {
    for (const waiting of queue.items) waiting.aborted = true;
    try {
      const room = await this.#options.rooms.room(entry.document);
      const output = this.#output(room, queue, item.cell);
      output.add(errorOutput('LAB_INTERNAL'), null);
      output.mark({ id: item.id, state: 'failed', by: item.user });
      await room.durable;
      this.#options.journal.end(item.id);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  async #runOne(entry: DocumentEntry, queue: Queue, item: Item): Promise<void> {
    const { rooms, journal, kernels, results } = this.#options;
    const room = await rooms.room(entry.document);
    const output = this.#output(room, queue, item.cell);
    const mark = (state: 'running' | Ending) => output.mark({ id: item.id, state, by: item.user });
    const code = room.notebook.codeOf(item.cell);
    let ending: Ending = 'aborted';
    if (!item.aborted && code !== null) {
      journal.begin(item.id);
      output.begin();
      mark('running');
      ending = await runExecution({
        id: item.id,
        cell: item.cell,
        code,
        user: item.user,
        kernel: kernels.forDocument(entry).kernel,
        output,
        isReleased: async result => {
          const released = await results.isReleased(result);
          if (released) room.vouchFor(result);
          return released;
        }
      });
    }
    // As Jupyter's stop_on_error: what was asked for before the failure could be seen is not run.
    if (ending !== 'done') for (const waiting of queue.items) waiting.aborted = true;
    mark(ending);
    await room.durable;
    journal.end(item.id);
  }
}

function isFinal(state: ExecutionMark['state']): boolean {
  return state !== 'queued' && state !== 'running';
}

const REATTACHED =
  'Wardbook restarted during this run. The result above is complete; the variables of the kernel are not: run the cell again to use it in code.\n';
