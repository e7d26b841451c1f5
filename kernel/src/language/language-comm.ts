import type { Comm, CommArrival } from '../protocol/comms.js';
import type { CheckMode } from './check-mode.js';
import { checkModeOf } from './check-mode.js';
import type { LanguageService } from './service.js';
import type { StaleCell } from './stale.js';
import type { NotebookCell } from './virtual-notebook.js';

/** Target of the comms between the kernel's types and a notebook in a browser. */
export const LANGUAGE_TARGET = 'wardbook.language';

const AGAIN_MS = 200;

/** What the comms need of the rest. */
export interface LanguageCommParts {
  readonly service: () => Promise<Pick<LanguageService, 'setCells' | 'problems'>>;
  /** Sees to the studies that the cells mention. */
  readonly noticed: (source: string) => Promise<void>;
  readonly mode: () => CheckMode;
  readonly setMode: (mode: CheckMode) => void;
  readonly stale: () => readonly StaleCell[];
  /** Cells that the notebook has. */
  readonly present: (cells: readonly string[]) => void;
}

interface Check {
  readonly request: unknown;
  readonly cells: readonly NotebookCell[];
  /** Ids of the cells to check, in the order in which they are wanted. */
  readonly wanted: readonly string[];
  readonly parent: CommArrival['parent'];
}

/**
 * Open notebooks. A page sends `{ type: 'check', request, cells: [{ id, source }], changed? }` with all code cells in
 * their order, and gets `{ type: 'problems', request, checked, problems }`; offsets are UTF-16 in the cell. `mode` and
 * `stale` are told to every page.
 */
export class LanguageComms {
  readonly #parts: LanguageCommParts;
  readonly #open = new Map<Comm, Check | null>();
  #again: NodeJS.Timeout | null = null;

  constructor(parts: LanguageCommParts) {
    this.#parts = parts;
  }

  /** Serves a comm that a page opened. */
  serve(comm: Comm): void {
    this.#open.set(comm, null);
    comm.onClose(() => this.#open.delete(comm));
    comm.onMessage(arrival => this.#take(comm, arrival));
    comm.send({ type: 'mode', value: this.#parts.mode() });
    comm.send({ type: 'stale', cells: this.#parts.stale() });
  }

  /** Tells every page which cells are stale. */
  tellStale(): void {
    for (const comm of this.#open.keys()) comm.send({ type: 'stale', cells: this.#parts.stale() });
  }

  /** Tells every page why there are no types. */
  tellUnavailable(reason: string): void {
    for (const comm of this.#open.keys()) comm.send({ type: 'unavailable', reason });
  }

  /** Checks what every page asked for last once more, soon: names or types have changed. */
  checkAgain(): void {
    // Run All changes the names many times in a row.
    if (this.#again !== null) return;
    this.#again = setTimeout(() => {
      this.#again = null;
      this.#checkAll();
    }, AGAIN_MS).unref();
  }

  #checkAll(): void {
    for (const [comm, check] of this.#open)
      if (check !== null) {
        const again = { ...check, wanted: check.cells.map(({ id }) => id) };
        this.#open.set(comm, again);
        void this.#check(comm, again);
      }
  }

  #take(comm: Comm, { data, parent }: CommArrival): void {
    if (data['type'] === 'mode') {
      const mode = checkModeOf(data['value']);
      if (mode !== null) this.#parts.setMode(mode);
      for (const other of this.#open.keys())
        other.send({ type: 'mode', value: this.#parts.mode() });
      this.checkAgain();
    }
    if (data['type'] !== 'check') return;
    const check = { ...cellsOf(data), request: data['request'], parent };
    this.#open.set(comm, check);
    this.#parts.present(check.cells.map(({ id }) => id));
    // Not awaited: other messages of the page must not wait for a long notebook.
    void this.#check(comm, check);
  }

  async #check(comm: Comm, check: Check): Promise<void> {
    const { request, cells, wanted, parent } = check;
    const superseded = () => this.#open.get(comm) !== check;
    void this.#parts.noticed(cells.map(({ source }) => source).join('\n'));
    const problems: Record<string, unknown>[] = [];
    const checked: string[] = [];
    if (this.#parts.mode() !== 'off') {
      const service = await this.#parts.service();
      if (superseded()) return;
      service.setCells(cells);
      for (const cell of wanted) {
        const found = await service.problems(cell);
        if (superseded()) return;
        if (found === null) continue;
        checked.push(cell);
        problems.push(...found.map(problem => ({ cell, ...problem })));
      }
    } else checked.push(...wanted);
    comm.send({ type: 'problems', request, checked, problems }, { parent });
  }
}

function cellsOf(data: Readonly<Record<string, unknown>>): Pick<Check, 'cells' | 'wanted'> {
  const list: unknown[] = Array.isArray(data['cells']) ? data['cells'] : [];
  const cells = list.flatMap(entry => {
    const { id, source } = (entry ?? {}) as { id?: unknown; source?: unknown };
    return typeof id === 'string' && typeof source === 'string' ? [{ id, source }] : [];
  });
  const all = cells.map(({ id }) => id);
  const first = Array.isArray(data['changed']) ? data['changed'].map(String) : [];
  return { cells, wanted: [...new Set([...first.filter(id => all.includes(id)), ...all])] };
}
