import { cellNames } from './cell-names.js';
import { federatedMagic, withoutMagic } from './magic-lines.js';

/** A cell whose inputs were made again since it ran. */
export interface StaleCell {
  readonly cell: string;
  /** Top-level names that it reads and that have changed. */
  readonly because: readonly string[];
}

interface Run {
  readonly order: number;
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
}

/**
 * Which executed cells are stale. Kept by the names of the top level: a cell is stale when another cell has written a
 * name that it reads, after it ran, or when the cell that wrote such a name is stale itself. Changes inside of a value
 * by a call (`list.push(1)`) are not seen. Nothing is ever run again by it.
 */
export class StaleTracker {
  readonly #runs = new Map<string, Run>();
  #order = 0;

  /** Notes that a cell was run. @param cell id of the notebook's cell */
  executed(cell: string, source: string): void {
    const names = cellNames(withoutMagic(source));
    const received = federatedMagic(source)?.name;
    const declared = federatedMagic(source) === null ? [...names.declared.keys()] : [];
    this.#order += 1;
    this.#runs.set(cell, {
      order: this.#order,
      reads: names.reads,
      writes: new Set([...declared, ...names.writes, ...(received == null ? [] : [received])])
    });
  }

  /** Forgets a cell that is no longer in the notebook. */
  removed(cell: string): void {
    this.#runs.delete(cell);
  }

  /** Ids of the cells that are known. */
  get cells(): readonly string[] {
    return [...this.#runs.keys()];
  }

  /** Forgets everything: the values are gone. */
  reset(): void {
    this.#runs.clear();
  }

  /** The stale cells, in the order in which they were run. */
  stale(): StaleCell[] {
    const runs = [...this.#runs].sort(([, a], [, b]) => a.order - b.order);
    const reasons = new Map<string, Set<string>>();
    // Reasons travel along the names until nothing is added; there are at most as many rounds as cells.
    for (let changed = true; changed;) {
      changed = false;
      for (const [cell, run] of runs)
        for (const name of run.reads) {
          if (reasons.get(cell)?.has(name) === true) continue;
          const writer = latestWriter(runs, cell, name);
          if (writer === null) continue;
          if (writer.run.order < run.order && !reasons.has(writer.cell)) continue;
          reasons.set(cell, (reasons.get(cell) ?? new Set()).add(name));
          changed = true;
        }
    }
    return runs.flatMap(([cell]) => {
      const because = reasons.get(cell);
      return because === undefined ? [] : [{ cell, because: [...because].sort() }];
    });
  }
}

function latestWriter(
  runs: readonly (readonly [string, Run])[],
  reader: string,
  name: string
): { readonly cell: string; readonly run: Run } | null {
  const found = runs.findLast(([, { writes }]) => writes.has(name));
  // A cell that wrote the name last itself has no newer input.
  return found === undefined || found[0] === reader ? null : { cell: found[0], run: found[1] };
}
