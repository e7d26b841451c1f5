import type { Cell } from '@jupyterlab/cells';
import type { IRenderMime } from '@jupyterlab/rendermime';
import type { PanelLayout } from '@lumino/widgets';
import { Widget } from '@lumino/widgets';
import type { StaleCell } from './types';

/** Says above a cell that its inputs were made again since it ran. The cell is never run by it. */
export class StaleBadges {
  readonly #badges = new Map<Cell, Widget>();
  readonly #trans: IRenderMime.TranslationBundle;

  constructor(trans: IRenderMime.TranslationBundle) {
    this.#trans = trans;
  }

  /** Shows a badge on the stale ones among the cells, and on no other. */
  show(cells: readonly Cell[], stale: readonly StaleCell[]): void {
    const reasons = new Map(stale.map(({ cell, because }) => [cell, because]));
    for (const [cell, badge] of this.#badges)
      if (cell.isDisposed || !reasons.has(cell.model.id)) {
        badge.dispose();
        this.#badges.delete(cell);
      }
    for (const cell of cells) {
      const because = reasons.get(cell.model.id);
      if (because !== undefined) this.#badge(cell, because);
    }
  }

  /** Removes all badges. */
  clear(): void {
    this.show([], []);
  }

  #badge(cell: Cell, because: readonly string[]): void {
    let badge = this.#badges.get(cell);
    if (badge === undefined) {
      const added = new Widget();
      added.addClass('wb-stale');
      this.#badges.set(cell, added);
      void cell.ready.then(() => {
        if (!cell.isDisposed && !added.isDisposed)
          (cell.layout as PanelLayout).insertWidget(0, added);
      });
      badge = added;
    }
    badge.node.textContent = this.#trans.__(
      'Out of date: %1 changed since this cell was run',
      because.join(', ')
    );
  }
}
