import { showErrorMessage } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { IRenderMime } from '@jupyterlab/rendermime';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';
import type { FederationView, RunView } from '@wardbook/protocol';
import { Lab } from '../lab';
import type { ErrorTexts } from '../lab-error';
import type { Language } from '../shell/language';
import { element } from './dom';
import type { FederationFeed } from './federation-feed';
import { previewCell } from './preview-client';
import { showPreview } from './preview-dialog';
import { hospitalText, isRunning, runText } from './run-text';

const MAGIC = /^\s*%%federated\s+([\w-]+)(?:\s+as\s+([\w$]+))?/;

/** What a header needs from outside. */
export interface HeaderContext {
  /** Null in a JupyterLab that no Wardbook lab serves: the header then shows the study and the preview only. */
  readonly lab: Lab | null;
  /** Texts of the error registry in the page's language. */
  readonly errors: ErrorTexts;
  readonly feed: FederationFeed;
  readonly trans: IRenderMime.TranslationBundle;
  readonly language: Language;
}

/** Study and hospitals above a federated cell, what each hospital is doing, and the Preview button. */
export class FederatedHeader extends Widget {
  readonly #cell: Cell;
  readonly #panel: NotebookPanel;
  readonly #context: HeaderContext;
  readonly #title = element('span', 'wb-header-title');
  readonly #strip = element('span', 'wb-header-strip');
  readonly #state = element('span', 'wb-header-state');
  readonly #cancel = element('button', 'wb-button wb-cancel');
  readonly #preview = element('button', 'wb-button wb-preview-open');
  #run: RunView | null = null;
  #following: string | null = null;

  constructor(cell: Cell, panel: NotebookPanel, context: HeaderContext) {
    super();
    this.#cell = cell;
    this.#panel = panel;
    this.#context = context;
    this.addClass('wb-header');
    const { trans, feed } = context;
    this.#state.setAttribute('aria-live', 'polite');
    this.#preview.type = 'button';
    this.#preview.textContent = trans.__('Preview');
    this.#preview.title = trans.__('See what would leave the hospitals; nothing is sent');
    this.#preview.addEventListener('click', () => void this.#showPreview());
    this.#cancel.type = 'button';
    this.#cancel.hidden = true;
    this.#cancel.textContent = trans.__('Cancel');
    this.#cancel.title = trans.__('End this run at all hospitals, without a result');
    this.#cancel.addEventListener('click', () => void this.#cancelRun());
    this.node.append(this.#title, this.#strip, this.#state, this.#cancel, this.#preview);
    feed.changed.connect(this.#draw, this);
    cell.model.sharedModel.changed.connect(this.#draw, this);
    this.#draw();
  }

  override dispose(): void {
    this.#context.feed.changed.disconnect(this.#draw, this);
    this.#cell.model?.sharedModel.changed.disconnect(this.#draw, this);
    super.dispose();
  }

  #draw(): void {
    if (this.isDisposed || this.#cell.isDisposed) return;
    const match = MAGIC.exec(this.#cell.model.sharedModel.getSource());
    this.node.hidden = match === null;
    if (match === null) return;
    this.#followRun();
    const { feed, trans, language } = this.#context;
    const view = feed.view;
    const isOurs = view?.study.id === match[1];
    this.#title.textContent = isOurs ? (view?.study.title[language] ?? '') : (match[1] ?? '');
    this.#strip.replaceChildren(...(isOurs && view ? this.#dots(view) : []));
    // A run is ended by whom it belongs to.
    this.#cancel.hidden =
      this.#run === null || !isRunning(this.#run) || this.#run.requester !== Lab.member;
    this.#state.textContent =
      view === null && feed.isHere
        ? trans.__('The coordinator cannot be reached.')
        : this.#run === null
          ? ''
          : runText(this.#run, trans);
  }

  #dots({ hospitals }: FederationView): HTMLElement[] {
    const { language, trans } = this.#context;
    const asked = this.#run?.hospitals;
    return hospitals.map(({ id, name, state }) => {
      const inRun = asked?.find(hospital => hospital.id === id)?.state;
      const live = this.#run !== null && isRunning(this.#run) ? inRun : undefined;
      const shown = state === 'lost' ? 'lost' : (live ?? 'connected');
      const text = hospitalText(shown, trans);
      const dot = element('span', `wb-dot wb-dot-${shown}`);
      dot.setAttribute('aria-hidden', 'true');
      const label = element('span', 'wb-hospital', [dot, name[language]]);
      label.title = trans.__('%1: %2', name[language], text);
      label.setAttribute('aria-label', label.title);
      return label;
    });
  }

  // The newest output names its run: its live state is read from the coordinator.
  #followRun(): void {
    const { lab } = this.#context;
    const run = runOf(this.#cell);
    if (lab === null || run === this.#following) return;
    this.#following = run;
    this.#run = null;
    if (run === null) return;
    const socket = new WebSocket(lab.runEventsUrl(run));
    socket.onmessage = ({ data }) => {
      if (this.#following !== run || this.isDisposed) return socket.close();
      this.#run = JSON.parse(String(data)) as RunView;
      this.#draw();
    };
  }

  async #cancelRun(): Promise<void> {
    const { trans, lab } = this.#context;
    const run = this.#run?.run;
    if (run === undefined || lab === null) return;
    this.#cancel.disabled = true;
    try {
      await lab.cancel(run);
    } catch (error) {
      await showErrorMessage(trans.__('Not cancelled'), error as Error);
    } finally {
      this.#cancel.disabled = false;
    }
  }

  async #showPreview(): Promise<void> {
    const { trans, language, errors } = this.#context;
    const kernel = this.#panel.sessionContext.session?.kernel;
    this.#preview.disabled = true;
    try {
      if (!kernel)
        throw new Error(trans.__('The kernel is still starting. Try again in a moment.'));
      const source = this.#cell.model.sharedModel.getSource();
      const previews = await previewCell(kernel, source, { trans, errors });
      await showPreview(previews, { language, trans, errors });
    } catch (error) {
      await showErrorMessage(trans.__('No preview'), error as Error);
    } finally {
      this.#preview.disabled = false;
      // A button that is off loses the focus, so the dialog cannot give it back.
      this.#preview.focus();
    }
  }
}

function runOf(cell: Cell): string | null {
  const shared = cell.model.sharedModel as { outputs?: readonly { metadata?: unknown }[] };
  for (const { metadata } of [...(shared.outputs ?? [])].reverse()) {
    const { wardbook } = (metadata ?? {}) as { wardbook?: { run?: unknown } };
    if (typeof wardbook?.run === 'string' && /^[0-9a-f]{32}$/.test(wardbook.run))
      return wardbook.run;
  }
  return null;
}
