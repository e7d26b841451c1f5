import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMime } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import type { NotebookTypes } from './notebook-types';

/** How many type problems the notebook in front has, in the status bar. */
export class ProblemStatus extends Widget {
  readonly #tracker: INotebookTracker;
  readonly #of: (panel: NotebookPanel) => NotebookTypes | undefined;
  readonly #trans: IRenderMime.TranslationBundle;

  constructor(
    tracker: INotebookTracker,
    of: (panel: NotebookPanel) => NotebookTypes | undefined,
    trans: IRenderMime.TranslationBundle
  ) {
    super();
    this.#tracker = tracker;
    this.#of = of;
    this.#trans = trans;
    this.addClass('wb-problem-status');
    this.node.setAttribute('role', 'status');
    tracker.currentChanged.connect(this.draw, this);
    this.draw();
  }

  /** Shows the state of the notebook in front. */
  draw(): void {
    const panel = this.#tracker.currentWidget;
    const types = panel === null ? undefined : this.#of(panel);
    const count = types?.problems.length ?? 0;
    this.node.dataset['count'] = String(count);
    this.node.title = types?.unavailable ?? '';
    this.node.textContent = this.#text(types, count);
  }

  #text(types: NotebookTypes | undefined, count: number): string {
    const trans = this.#trans;
    if (types === undefined || !types.isConnected || types.mode === 'off') return '';
    if (types.unavailable !== null) return trans.__('No type checks');
    return count === 0
      ? trans.__('No type problems')
      : trans._n('%1 type problem', '%1 type problems', count);
  }
}
