import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification, type ISessionContext } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { KernelMessage } from '@jupyterlab/services';
import { ITranslator } from '@jupyterlab/translation';
import { Lab } from '../lab';

/** A person who had a kernel restarted, as the lab says it beside the kernel's state. */
export interface Restarter {
  readonly name: string;
  readonly displayName: string;
}

const SHOWN_MS = 8_000;

type Context = Pick<ISessionContext, 'session'>;

interface Panel {
  _onSessionStatusChanged(this: Panel, context: Context, status: string): void;
}

/** Tells a wanted restart, of which everybody at the notebook hears, from a kernel that died. */
export class Restarts {
  readonly #wanted = new WeakSet<Context>();

  /** Takes a message of a notebook's kernel. @returns who had it restarted, when it says that */
  heard(context: Context, message: KernelMessage.IMessage): Restarter | null {
    const { wardbook } = message.content as { wardbook?: { restartedBy?: Restarter } };
    if (message.header.msg_type !== 'status' || wardbook?.restartedBy === undefined) return null;
    this.#wanted.add(context);
    return wardbook.restartedBy;
  }

  /**
   * Keeps the dialog "appears to have died" for kernels that did (@jupyterlab/notebook 4.6.4, panel.ts: every restart
   * that a page did not ask for itself is one). Once a page.
   */
  mendDialog(prototype: object): void {
    const mended = prototype as Panel;
    const original = mended._onSessionStatusChanged;
    const wanted = this.#wanted;
    mended._onSessionStatusChanged = function (context, status) {
      if (status === 'autorestarting' && wanted.has(context)) return;
      if (status !== 'restarting') wanted.delete(context);
      original.call(this, context, status);
    };
  }
}

/** Says who restarted a shared notebook's kernel, to everybody but them. */
export const restarts: JupyterFrontEndPlugin<void> = {
  id: '@wardbook/jupyterlab-extension:restarts',
  description: 'Says who restarted the kernel of a shared notebook.',
  autoStart: true,
  requires: [INotebookTracker, ITranslator],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker, translator: ITranslator) => {
    if (!Lab.isHere) return;
    const trans = translator.load('wardbook');
    const all = new Restarts();
    all.mendDialog(NotebookPanel.prototype);
    tracker.widgetAdded.connect((_, { sessionContext }) => {
      sessionContext.iopubMessage.connect((context, message) => {
        const by = all.heard(context, message);
        if (by === null || by.name === Lab.userName) return;
        const text = trans.__('%1 restarted the kernel: its variables are gone.', by.displayName);
        Notification.info(text, { autoClose: SHOWN_MS });
      });
    });
  }
};
