import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ITranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { element } from './dom';
import { productError, type ErrorOutput } from './product-error';

const ERROR_MIME = 'application/vnd.jupyter.error';
const STDERR_MIME = 'application/vnd.jupyter.stderr';

/** Shows errors of the product in the language of the page; all others as JupyterLab does. */
export function errorRendererFactory(
  rendermime: IRenderMimeRegistry,
  translator: ITranslator
): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [ERROR_MIME],
    defaultRank: 0,
    createRenderer: () => new ErrorRenderer(rendermime, translator)
  };
}

class ErrorRenderer extends Widget implements IRenderMime.IRenderer {
  readonly #rendermime: IRenderMimeRegistry;
  readonly #texts: IRenderMime.TranslationBundle;

  constructor(rendermime: IRenderMimeRegistry, translator: ITranslator) {
    super();
    this.#rendermime = rendermime;
    this.#texts = translator.load('wardbook_errors');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const error = productError(model.data[ERROR_MIME] as unknown as ErrorOutput, this.#texts);
    if (error === null) return this.#stock(model);
    this.addClass('wb-error');
    this.node.setAttribute('role', 'group');
    this.node.replaceChildren(
      element('p', 'wb-error-lead', error.message),
      ...error.mends.map(text => element('p', 'wb-error-mend', text)),
      ...(error.details === '' ? [] : [element('pre', 'wb-error-details', error.details)]),
      element('p', 'wb-error-code', error.code)
    );
  }

  async #stock(model: IRenderMime.IMimeModel): Promise<void> {
    const renderer = this.#rendermime.createRenderer(STDERR_MIME);
    await renderer.renderModel(model);
    this.node.replaceChildren(renderer.node);
  }
}
