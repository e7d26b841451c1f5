import type { Cell } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import type { PanelLayout } from '@lumino/widgets';
import { FederatedHeader, type HeaderContext } from './header';

/** Puts a header into every code cell of a notebook; it shows itself when the cell is federated. */
export class FederatedHeaders implements DocumentRegistry.IWidgetExtension<
  NotebookPanel,
  INotebookModel
> {
  readonly #context: HeaderContext;

  constructor(context: HeaderContext) {
    this.#context = context;
  }

  createNew(panel: NotebookPanel): IDisposable {
    const headers = new WeakMap<Cell, FederatedHeader>();
    const dress = () => {
      for (const cell of panel.content.widgets) {
        if (cell.model.type !== 'code' || headers.has(cell)) continue;
        const header = new FederatedHeader(cell, panel, this.#context);
        headers.set(cell, header);
        void cell.ready.then(() => {
          if (!cell.isDisposed) (cell.layout as PanelLayout).insertWidget(0, header);
        });
      }
    };
    panel.content.modelContentChanged.connect(dress);
    void panel.context.ready.then(dress);
    return new DisposableDelegate(() => panel.content.modelContentChanged.disconnect(dress));
  }
}
