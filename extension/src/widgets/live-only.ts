import type { WidgetManager } from '@jupyter-widgets/jupyterlab-manager';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';

const VIEW = 'application/vnd.jupyter.widget-view+json';

type AddFactory = IRenderMimeRegistry['addFactory'];

/**
 * Shows widgets in notebooks that nobody has declared trusted. What a view runs comes from the kernel, thus from a cell
 * that was run in this lab; `keepToKernel` sees to it.
 */
export function showWidgets(rendermime: IRenderMimeRegistry): void {
  const add: AddFactory = rendermime.addFactory.bind(rendermime);
  rendermime.addFactory = (factory, rank) =>
    add(factory.mimeTypes.includes(VIEW) ? { ...factory, safe: true } : factory, rank);
}

/** Makes no widget from what a notebook file says: opening a file must not run its author's module. Once a page. */
export function keepToKernel(prototype: Pick<WidgetManager, '_loadFromNotebook'>): void {
  prototype._loadFromNotebook = () => Promise.resolve();
}
