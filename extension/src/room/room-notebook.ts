import { YNotebook } from '@jupyter/ydoc';
import type { RoomClient } from './room-client';

/** A change that the lab has not acknowledged for so long is worth a mark. */
const LATE_MS = 1_000;

type Cells = Parameters<YNotebook['insertCells']>[1];

/**
 * A shared notebook whose mark of unsaved changes says what is not on the lab's disk yet, on this page. JupyterLab's own
 * is part of the document: it would travel to everybody, and stay on a reader's page, who can save nothing.
 */
export class RoomNotebook extends YNotebook {
  #isLate = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isLocked = false;

  constructor() {
    super({ disableDocumentWideUndoRedo: true });
  }

  /** Whether changes made here have been on their way for a second or more. */
  override get dirty(): boolean {
    return this.#isLate;
  }

  // What JupyterLab thinks of it: the room knows better.
  override set dirty(_: boolean) {
    return;
  }

  /** Adds cells; on a reader's page nothing, as nobody else would get them. */
  override insertCells(index: number, cells: Cells): ReturnType<YNotebook['insertCells']> {
    return this.#isLocked ? [] : super.insertCells(index, cells);
  }

  /** Moves cells; on a reader's page nothing. */
  override moveCells(fromIndex: number, toIndex: number, n?: number): void {
    if (!this.#isLocked) super.moveCells(fromIndex, toIndex, n);
  }

  /** Removes cells; on a reader's page nothing. */
  override deleteCellRange(from: number, to: number): void {
    if (!this.#isLocked) super.deleteCellRange(from, to);
  }

  /** Takes its mark, and whether its cells may change here, from a room from now on. */
  follow(room: RoomClient): void {
    this.#isLocked = !room.mayWrite;
    room.unsavedChanged.connect((_, unsaved) => this.#see(unsaved));
    this.disposed.connect(() => this.#see(false));
  }

  #see(unsaved: boolean): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (unsaved) this.#timer = setTimeout(() => this.#mark(true), LATE_MS);
    else if (!this.isDisposed) this.#mark(false);
  }

  #mark(isLate: boolean): void {
    if (isLate === this.#isLate) return;
    this.#isLate = isLate;
    const stateChange = [{ name: 'dirty', oldValue: !isLate, newValue: isLate }];
    this._changed.emit({ stateChange });
  }
}
