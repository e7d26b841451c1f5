import type { IRenderMime } from '@jupyterlab/rendermime';
import type { ITranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { RunProgress } from '@wardbook/protocol';
import { languageOf } from '../shell/language';
import { element } from './dom';
import { hospitalText, isRunning, runText } from './run-text';

const PROGRESS_MIME: typeof import('@wardbook/protocol').PROGRESS_MIME =
  'application/vnd.wardbook.progress.v1+json';

/** Shows how far a federated cell is, in the language of the page. */
export function progressRendererFactory(translator: ITranslator): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [PROGRESS_MIME],
    defaultRank: 0,
    createRenderer: () => new ProgressRenderer(translator)
  };
}

class ProgressRenderer extends Widget implements IRenderMime.IRenderer {
  readonly #translator: ITranslator;

  constructor(translator: ITranslator) {
    super();
    this.#translator = translator;
    this.addClass('wb-progress');
    this.node.setAttribute('role', 'status');
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const progress = model.data[PROGRESS_MIME] as unknown as RunProgress;
    const trans = this.#translator.load('wardbook');
    const language = languageOf(this.#translator);
    const ended = trans.__('The run has ended.');
    const isEnded = !isRunning(progress);
    const lines = progress.hospitals.map(({ name, state }) => {
      const shown = isEnded && state === 'computing' ? 'queued' : state;
      const dot = element('span', `wb-dot wb-dot-${shown}`);
      dot.setAttribute('aria-hidden', 'true');
      const text = trans.__('%1: %2', name[language], hospitalText(state, trans, isEnded));
      return element('li', 'wb-hospital', [dot, text]);
    });
    this.node.replaceChildren(
      element('p', 'wb-progress-lead', isEnded ? ended : runText(progress, trans)),
      element('ul', 'wb-progress-hospitals', lines)
    );
    return Promise.resolve();
  }
}
