import type { ICodeCellModel } from '@jupyterlab/cells';
import { runCell, type INotebookCellExecutor } from '@jupyterlab/notebook';
import type { YNotebook } from '@jupyter/ydoc';
import type { Lab } from '../lab';
import { LabCallError } from '../lab-error';
import { NOT_ALLOWED, type NotAllowed } from './not-allowed';
import { kernelKnown } from './pending-kernel';
import type { RoomClient } from './room-client';
import type { RoomRegistry } from './rooms';

interface Mark {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'aborted';
}

/**
 * Runs the cells of shared notebooks at the lab, which writes their outputs for everybody; any other notebook runs as
 * JupyterLab runs it, once its kernel is there.
 */
export class LabCellExecutor implements INotebookCellExecutor {
  readonly #lab: Lab;
  readonly #rooms: RoomRegistry;
  readonly #notAllowed: NotAllowed;
  readonly #batches = new Map<RoomClient, Batch>();

  constructor(lab: Lab, rooms: RoomRegistry, notAllowed: NotAllowed) {
    this.#lab = lab;
    this.#rooms = rooms;
    this.#notAllowed = notAllowed;
  }

  async runCell(options: INotebookCellExecutor.IRunCellOptions): Promise<boolean> {
    const { cell, notebook, onCellExecuted, onCellExecutionScheduled } = options;
    const model = notebook.sharedModel as YNotebook;
    const room = this.#rooms.of(model);
    if (cell.model.type !== 'code') return runCell(options);
    if (room === null) {
      await kernelKnown(options.sessionContext);
      // A notebook that is still being opened may make its cells anew meanwhile.
      return cell.isDisposed ? false : runCell(options);
    }
    if (!room.mayRun) return this.#refuse();
    if (cell.model.sharedModel.getSource().trim() === '') {
      (cell.model as ICodeCellModel).clearExecution();
      return true;
    }
    onCellExecutionScheduled({ cell: cell });
    try {
      const execution = await this.#batch(room).add(cell.model.id);
      const state = await ended(model, cell.model.id, execution);
      const success = state === 'done';
      onCellExecuted({ cell: cell, success });
      return success;
    } catch (error) {
      onCellExecuted({ cell: cell, success: false });
      // The role was taken away since the notebook was opened.
      if (error instanceof LabCallError && error.code === NOT_ALLOWED.code) return this.#refuse();
      throw error;
    }
  }

  #refuse(): false {
    this.#notAllowed.say();
    return false;
  }

  // Cells that are run together (Run All) travel as one request, in the notebook's order.
  #batch(room: RoomClient): Batch {
    let batch = this.#batches.get(room);
    if (batch === undefined) {
      const next = new Batch(async cells => {
        this.#batches.delete(room);
        await room.flush();
        return this.#lab.execute(room.document.document, cells);
      });
      this.#batches.set(room, next);
      batch = next;
    }
    return batch;
  }
}

class Batch {
  readonly #cells: string[] = [];
  readonly #answer: Promise<readonly string[]>;

  constructor(send: (cells: readonly string[]) => Promise<readonly string[]>) {
    this.#answer = new Promise(resolve => setTimeout(resolve)).then(() => send(this.#cells));
    this.#answer.catch(() => undefined);
  }

  async add(cell: string): Promise<string> {
    const place = this.#cells.push(cell) - 1;
    return (await this.#answer)[place] ?? '';
  }
}

// The lab marks each cell's execution in the shared document.
function ended(model: YNotebook, cell: string, execution: string): Promise<Mark['state']> {
  const marks = model.ydoc.getMap<Mark>('executions');
  let seen = false;
  const final = (): Mark['state'] | null => {
    const mark = marks.get(cell);
    if (mark?.id === execution) {
      seen = true;
      return mark.state === 'queued' || mark.state === 'running' ? null : mark.state;
    }
    // Run again by somebody else meanwhile, or deleted.
    return seen ? 'aborted' : null;
  };
  return new Promise(resolve => {
    const look = () => {
      const state = model.isDisposed ? 'aborted' : final();
      if (state === null) return;
      marks.unobserve(look);
      resolve(state);
    };
    marks.observe(look);
    look();
  });
}
