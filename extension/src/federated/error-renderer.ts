import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ITranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { languageOf, type Language } from '../shell/language';
import { element } from './dom';
import type { FederationFeed } from './federation-feed';
import { limitText } from './limit-text';
import { productError, type ErrorOutput } from './product-error';

const ERROR_MIME = 'application/vnd.jupyter.error';
const STDERR_MIME = 'application/vnd.jupyter.stderr';

/** Shows errors of the product in the language of the page; all others as JupyterLab does. */
export function errorRendererFactory(
  rendermime: IRenderMimeRegistry,
  translator: ITranslator,
  feed: FederationFeed
): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [ERROR_MIME],
    defaultRank: 0,
    createRenderer: () => new ErrorRenderer(rendermime, translator, feed)
  };
}

class ErrorRenderer extends Widget implements IRenderMime.IRenderer {
  readonly #rendermime: IRenderMimeRegistry;
  readonly #texts: IRenderMime.TranslationBundle;
  readonly #trans: IRenderMime.TranslationBundle;
  readonly #language: Language;
  readonly #feed: FederationFeed;
  readonly #details = element('pre', 'wb-error-details');
  #facts = '';

  constructor(rendermime: IRenderMimeRegistry, translator: ITranslator, feed: FederationFeed) {
    super();
    this.#rendermime = rendermime;
    this.#texts = translator.load('wardbook_errors');
    this.#trans = translator.load('wardbook');
    this.#language = languageOf(translator);
    this.#feed = feed;
  }

  override dispose(): void {
    this.#feed.changed.disconnect(this.#drawDetails, this);
    super.dispose();
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const error = productError(model.data[ERROR_MIME] as unknown as ErrorOutput, this.#texts);
    if (error === null) return this.#stock(model);
    this.#facts = error.details;
    this.#drawDetails();
    // The names of the hospitals may come later than the output.
    this.#feed.changed.connect(this.#drawDetails, this);
    this.addClass('wb-error');
    this.node.setAttribute('role', 'group');
    this.node.replaceChildren(
      element('p', 'wb-error-lead', error.message),
      ...error.mends.map(text => element('p', 'wb-error-mend', text)),
      ...(error.details === '' ? [] : [this.#details]),
      element('p', 'wb-error-code', error.code)
    );
  }

  #drawDetails(): void {
    const texts = { trans: this.#trans, language: this.#language, view: this.#feed.view };
    this.#details.textContent = limitText(this.#facts, texts);
  }

  async #stock(model: IRenderMime.IMimeModel): Promise<void> {
    const renderer = this.#rendermime.createRenderer(STDERR_MIME);
    await renderer.renderModel(model);
    this.node.replaceChildren(renderer.node);
  }
}
