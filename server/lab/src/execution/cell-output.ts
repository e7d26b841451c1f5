import * as Y from 'yjs';
import type { Output } from '../rooms/nbformat.js';
import { outputMap, type ExecutionMark, type NotebookDoc } from '../rooms/notebook-doc.js';

/** Origin of the changes that the lab itself makes. */
export const LAB_ORIGIN = 'wardbook-lab';

/** Where a display with an id is shown: it may be updated from any cell. */
export type Displays = Map<string, { readonly cell: string; readonly map: Y.Map<unknown> }[]>;

/**
 * Writes one execution's outputs into its cell in the shared document. A cell that was deleted meanwhile, or is run
 * again, takes nothing more from this execution.
 */
export class CellOutput {
  readonly #notebook: NotebookDoc;
  readonly #cell: string;
  readonly #displays: Displays;
  #clearNext = false;
  #count: number | null = null;

  constructor(notebook: NotebookDoc, cell: string, displays: Displays) {
    this.#notebook = notebook;
    this.#cell = cell;
    this.#displays = displays;
  }

  /** Sets the shared mark of the execution and the cell's own state; at its end also the number of its prompt. */
  mark(mark: ExecutionMark): void {
    this.#change(() => {
      this.#notebook.executions.set(this.#cell, mark);
      const active = mark.state === 'queued' || mark.state === 'running';
      const cell = this.#notebook.cell(this.#cell);
      cell?.set('execution_state', active ? 'running' : 'idle');
      if (!active && this.#count !== null) cell?.set('execution_count', this.#count);
    });
  }

  /** Begins: old outputs go. */
  begin(): void {
    this.#change(() => {
      this.#clear();
      this.#notebook.cell(this.#cell)?.set('execution_count', null);
    });
  }

  /** The number of the prompt, for later: pages take a cell that has one for a cell that has ended. */
  count(value: number): void {
    this.#count = value;
  }

  /** Adds an output; text of one stream is joined. */
  add(output: Output, displayId: string | null): void {
    this.#change(() => {
      this.#clearIfAsked();
      const outputs = this.#outputs();
      if (outputs === null) return;
      const last = outputs.length > 0 ? outputs.get(outputs.length - 1) : null;
      const text = last?.get('text');
      if (
        output.output_type === 'stream' &&
        last?.get('name') === output['name'] &&
        text instanceof Y.Text
      ) {
        text.insert(text.length, String(output['text']));
        return;
      }
      const map = outputMap(output);
      outputs.push([map]);
      if (displayId !== null) this.#shown(displayId).push({ cell: this.#cell, map });
    });
  }

  /** Replaces every display of an id. */
  update(displayId: string, data: unknown, metadata: unknown): void {
    this.#change(() => {
      const places = this.#shown(displayId);
      places.forEach(({ cell, map }, index) => {
        const outputs = this.#notebook.outputsOf(cell);
        const at = outputs?.toArray().indexOf(map) ?? -1;
        if (outputs === null || at < 0) return;
        const next = new Y.Map<unknown>();
        for (const [key, value] of map.entries()) next.set(key, value);
        next.set('data', data);
        next.set('metadata', metadata);
        outputs.delete(at, 1);
        outputs.insert(at, [next]);
        places[index] = { cell, map: next };
      });
    });
  }

  /** Removes the outputs, now or when the next one comes. */
  clear(wait: boolean): void {
    if (wait) this.#clearNext = true;
    else this.#change(() => this.#clear());
  }

  #shown(displayId: string): { cell: string; map: Y.Map<unknown> }[] {
    const known = this.#displays.get(displayId) ?? [];
    this.#displays.set(displayId, known);
    return known;
  }

  #clearIfAsked(): void {
    if (!this.#clearNext) return;
    this.#clearNext = false;
    this.#clear();
  }

  #clear(): void {
    const outputs = this.#outputs();
    if (outputs !== null && outputs.length > 0) outputs.delete(0, outputs.length);
  }

  #outputs(): Y.Array<Y.Map<unknown>> | null {
    return this.#notebook.outputsOf(this.#cell);
  }

  #change(work: () => void): void {
    this.#notebook.doc.transact(work, LAB_ORIGIN);
  }
}
