import type { KernelMessage } from '@jupyterlab/services';
import { describe, expect, it, vi } from 'vitest';

// JupyterLab's packages need a page; what is tried here is ours.
vi.mock('@jupyterlab/apputils', () => ({ Notification: {} }));
vi.mock('@jupyterlab/notebook', () => ({ INotebookTracker: {}, NotebookPanel: {} }));
vi.mock('@jupyterlab/translation', () => ({ ITranslator: {} }));
vi.mock('../lab', () => ({ Lab: { isHere: true } }));

const { Restarts } = await import('./restart-notice');

const status = (content: object) =>
  ({ header: { msg_type: 'status' }, content }) as unknown as KernelMessage.IMessage;
const CLAIRE = { name: 'claire', displayName: 'Claire' };
const BY_CLAIRE = status({
  execution_state: 'restarting',
  wardbook: { restartedBy: CLAIRE }
});

function setUp() {
  const dialogs: string[] = [];
  class Panel {
    _onSessionStatusChanged(_context: object, state: string): void {
      if (state === 'autorestarting') dialogs.push('appears to have died');
    }
  }
  const restarts = new Restarts();
  restarts.mendDialog(Panel.prototype);
  const panel = new Panel();
  const context = { session: null };
  const change = (...states: string[]) => {
    for (const state of states) panel._onSessionStatusChanged(context, state);
  };
  return { restarts, context, change, dialogs };
}

describe('a restart of a kernel', () => {
  it('that a person wanted is no death, and names the person', () => {
    const { restarts, context, change, dialogs } = setUp();
    change('restarting');
    expect(restarts.heard(context, BY_CLAIRE)).toEqual(CLAIRE);
    change('autorestarting', 'starting', 'idle');
    expect(dialogs).toEqual([]);
  });

  it('that nobody wanted is said to be a death, after a wanted one too', () => {
    const { restarts, context, change, dialogs } = setUp();
    restarts.heard(context, BY_CLAIRE);
    change('autorestarting', 'idle');
    expect(restarts.heard(context, status({ execution_state: 'restarting' }))).toBeNull();
    change('restarting', 'autorestarting');
    expect(dialogs).toEqual(['appears to have died']);
  });
});
