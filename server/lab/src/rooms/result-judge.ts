import { canonicalJson, RESULT_MIME } from '@wardbook/protocol';
import * as Y from 'yjs';

/**
 * Says of an update whether it would bring a federated result that no run released into a shared notebook. It looks at
 * the shared types themselves, in a copy of the document to which every update goes first: the bytes of an update need
 * not name what they change, and a cell's type can be changed later.
 */
export class ResultJudge {
  readonly #source: Y.Doc;
  readonly #known = new Set<string>();
  #copy: Y.Doc;

  /** @param source the document; the results that are in it are taken as released */
  constructor(source: Y.Doc) {
    this.#source = source;
    this.#copy = copyOf(source);
    for (const cell of cellsOf(this.#copy))
      try {
        for (const result of resultsIn(cell)) this.vouchFor(result);
      } catch {
        // A cell that no page can have made holds nothing to vouch for.
      }
  }

  /** Makes a released result known, so that people may move, copy and restore it. */
  vouchFor(result: unknown): void {
    this.#known.add(canonicalJson(result));
  }

  /** Takes over a change of the lab's own. */
  follow(update: Uint8Array): void {
    Y.applyUpdate(this.#copy, update);
  }

  /**
   * Whether a person's update may be applied to the document; once it says yes, the update must be.
   *
   * @throws Error when the bytes are no update
   */
  accepts(update: Uint8Array): boolean {
    const cells = cellsOf(this.#copy);
    const touched = new Set<unknown>();
    const note = ({ changed }: Y.Transaction) => {
      for (const type of changed.keys())
        if (type === cells) for (const cell of cells) touched.add(cell);
        else touched.add(cellAround(type, cells));
    };
    this.#copy.on('afterTransaction', note);
    try {
      Y.applyUpdate(this.#copy, update);
      if (this.#isWhole() && [...touched].every(cell => this.#isClean(cell))) return true;
    } catch (error) {
      this.#copy = copyOf(this.#source);
      throw error;
    } finally {
      this.#copy.off('afterTransaction', note);
    }
    this.#copy = copyOf(this.#source);
    return false;
  }

  // What waits for a missing part cannot be judged.
  #isWhole(): boolean {
    const { pendingStructs, pendingDs } = this.#copy.store;
    return pendingStructs === null && pendingDs === null;
  }

  #isClean(cell: unknown): boolean {
    if (cell === null) return true;
    try {
      return [...resultsIn(cell)].every(result => this.#known.has(canonicalJson(result)));
    } catch {
      return false;
    }
  }
}

function copyOf(source: Y.Doc): Y.Doc {
  const copy = new Y.Doc({ gc: true });
  cellsOf(copy);
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(source));
  return copy;
}

function cellsOf(doc: Y.Doc): Y.Array<unknown> {
  return doc.getArray('cells');
}

function cellAround(type: unknown, cells: Y.Array<unknown>): unknown {
  let at = type;
  while (at instanceof Y.AbstractType) {
    if (at.parent === cells) return at;
    at = at.parent;
  }
  return null;
}

/** The federated results of a cell, whatever its type says it is. @throws TypeError for a shape that no page makes */
function* resultsIn(cell: unknown): Generator<unknown, void, void> {
  if (!(cell instanceof Y.Map)) throw new TypeError('a cell is no map');
  const outputs: unknown = cell.get('outputs');
  if (outputs === undefined) return;
  if (!(outputs instanceof Y.Array)) throw new TypeError('outputs are no list');
  for (const output of outputs as Y.Array<unknown>) {
    const data = dataOf(output);
    // A shared type could be changed key by key: only plain data can be judged once and for all.
    if (data instanceof Y.AbstractType) throw new TypeError('data is a shared type');
    if (typeof data !== 'object' || data === null) continue;
    const result = (data as Record<string, unknown>)[RESULT_MIME];
    if (result !== undefined) yield result;
  }
}

function dataOf(output: unknown): unknown {
  if (output instanceof Y.Map) return output.get('data');
  if (typeof output !== 'object' || output === null || output instanceof Y.AbstractType)
    throw new TypeError('an output is no map');
  return (output as Record<string, unknown>)['data'];
}
