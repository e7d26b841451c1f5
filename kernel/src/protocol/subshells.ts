import { randomUUID } from 'node:crypto';
import type { JupyterMessage } from '../wire/message.js';
import type { CellQueue } from './cell-queue.js';

/**
 * The main shell and its subshells (JEP 91). User code has one thread: a subshell is a queue of its own, whose cells
 * run while cells of the others await.
 */
export class Subshells {
  readonly #make: () => CellQueue;
  readonly #main: CellQueue;
  readonly #others = new Map<string, CellQueue>();

  constructor(make: () => CellQueue) {
    this.#make = make;
    this.#main = make();
  }

  /** Whether a message is for a shell that exists. */
  knows({ header }: JupyterMessage): boolean {
    const { subshell_id: id } = header;
    return id === null || id === undefined || this.#others.has(id);
  }

  /** Adds a cell to the queue of its shell; false when there is no such shell. */
  add(message: JupyterMessage): boolean {
    const id = message.header.subshell_id ?? null;
    const queue = id === null ? this.#main : this.#others.get(id);
    queue?.add(message);
    return queue !== undefined;
  }

  /** Content of a create_subshell_reply. */
  create(): Record<string, unknown> {
    const id = randomUUID();
    this.#others.set(id, this.#make());
    return { status: 'ok', subshell_id: id };
  }

  /** Content of a delete_subshell_reply: cells that wait there are aborted, one that runs ends by itself. */
  delete(id: string): Record<string, unknown> {
    const queue = this.#others.get(id);
    if (queue === undefined) return unknownSubshell(id);
    this.#others.delete(id);
    queue.abortAll();
    return { status: 'ok' };
  }

  /** Content of a list_subshell_reply. */
  list(): Record<string, unknown> {
    return { status: 'ok', subshell_id: [...this.#others.keys()] };
  }
}

/** Content of a reply to a message for a shell that does not exist. */
export function unknownSubshell(id: string | null | undefined): Record<string, unknown> {
  const evalue = `There is no subshell ${String(id)}.`;
  return { status: 'error', ename: 'SubshellUnknown', evalue, traceback: [evalue] };
}
