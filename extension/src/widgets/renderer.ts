import type { LabWidgetManager } from '@jupyter-widgets/jupyterlab-manager';
import type { IRenderMime } from '@jupyterlab/rendermime';
import type { Panel } from '@lumino/widgets';

/** What the renderer says and allows. */
export interface RendererOptions {
  readonly trans: Pick<IRenderMime.TranslationBundle, '__'>;
  /** Whether the person at this page may run code; a widget of anybody else follows what others do. */
  readonly mayRun: boolean;
}

const LOOK_MS = 100;

type Manager = Pick<LabWidgetManager, 'has_model' | 'restoredStatus' | '_get_comm_info'>;

/** What is used of JupyterLab's renderer of widgets, private parts among it. */
interface Renderer extends Pick<
  Panel,
  'node' | 'widgets' | 'addClass' | 'removeClass' | 'isDisposed'
> {
  readonly mimeType: string;
  readonly _manager: { readonly promise: Promise<Manager> };
  _rerenderMimeModel: IRenderMime.IMimeModel | null;
  renderModel(this: Renderer, model: IRenderMime.IMimeModel): Promise<void>;
}

/**
 * Mends how widgets are shown: the original says "model not found" on the console and, in English, in the notebook when
 * the kernel that had the widget is gone (@jupyter-widgets/jupyterlab-manager 5.0.16, renderer.ts). Once a page.
 */
export function mendRenderer(prototype: object, options: RendererOptions): void {
  const mended = prototype as Renderer;
  const original = mended.renderModel;
  mended.renderModel = async function (model) {
    const { trans, mayRun } = options;
    this.node.textContent = trans.__('Loading the widget…');
    const { model_id: id = '' } = (model.data[this.mimeType] ?? {}) as { model_id?: string };
    const manager = await this._manager.promise;
    while (!this.isDisposed && isLoading(manager, id)) await passed(LOOK_MS);
    if (await isGone(manager, id)) {
      // Kept, so that it is tried again when the kernel's widgets are read anew.
      this._rerenderMimeModel = model;
      this.addClass('wb-widget-gone');
      this.node.textContent = trans.__(
        'This widget ended with its kernel. Run the cell to make it again.'
      );
      return;
    }
    this.removeClass('wb-widget-gone');
    const rendered = original.call(this, model);
    // The original has just put its English text there.
    if (id !== '') this.node.textContent = trans.__('Loading the widget…');
    await rendered;
    if (!mayRun) lock(this, trans.__('Only people who may run cells can change this.'));
  };
}

function isLoading(manager: Manager, id: string): boolean {
  return id !== '' && !manager.has_model(id) && !manager.restoredStatus;
}

// A widget that another page has just made may be shown before its model is here: the kernel's answer comes after it.
async function isGone(manager: Manager, id: string): Promise<boolean> {
  if (id === '' || manager.has_model(id)) return false;
  const comms = (await manager._get_comm_info().catch(() => null)) as object | null;
  return comms !== null && !(id in comms) && !manager.has_model(id);
}

// The lab takes no change of a reader: the view would show what nobody else sees.
function lock(renderer: Renderer, title: string): void {
  renderer.addClass('wb-widget-locked');
  renderer.node.title = title;
  for (const { node } of renderer.widgets) node.inert = true;
}

function passed(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
