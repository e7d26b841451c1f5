import { describe, expect, it } from 'vitest';
import { mendRenderer } from './renderer';

const VIEW = 'application/vnd.jupyter.widget-view+json';

interface Known {
  readonly models?: readonly string[];
  readonly comms?: readonly string[] | null;
  readonly isRestored?: () => boolean;
  readonly mayRun?: boolean;
}

/** A renderer as JupyterLab's, whose original shows "view of" a model that is there. */
function setUp({ models = [], comms = [], isRestored = () => true, mayRun = true }: Known) {
  class Renderer {
    readonly mimeType = VIEW;
    readonly node = { textContent: '', title: '' };
    readonly isDisposed = false;
    readonly widgets = [{ node: { inert: false } }];
    readonly classes = new Set<string>();
    _rerenderMimeModel: unknown = null;
    readonly _manager = {
      promise: Promise.resolve({
        has_model: (id: string) => models.includes(id),
        get restoredStatus() {
          return isRestored();
        },
        _get_comm_info: () =>
          comms === null
            ? Promise.reject(new Error('no kernel'))
            : Promise.resolve(Object.fromEntries(comms.map(id => [id, {}])))
      })
    };
    addClass(name: string): void {
      this.classes.add(name);
    }
    removeClass(name: string): void {
      this.classes.delete(name);
    }
    async renderModel(model: { data: Record<string, { model_id: string }> }): Promise<void> {
      await Promise.resolve();
      this.node.textContent = `view of ${model.data[VIEW]?.model_id ?? ''}`;
    }
  }
  mendRenderer(Renderer.prototype, { trans: { __: (text: string) => text }, mayRun });
  const renderer = new Renderer();
  const show = (id: string) => renderer.renderModel({ data: { [VIEW]: { model_id: id } } });
  return { renderer, show };
}

describe('a widget in a notebook', () => {
  it('is shown when its model is here', async () => {
    const { renderer, show } = setUp({ models: ['w'] });
    await show('w');
    expect(renderer.node.textContent).toBe('view of w');
    expect(renderer.widgets[0]?.node.inert).toBe(false);
  });

  it('says that it ended with its kernel, and is tried again when widgets are read anew', async () => {
    const models: string[] = [];
    const { renderer, show } = setUp({ models });
    await show('w');
    expect(renderer.node.textContent).toBe(
      'This widget ended with its kernel. Run the cell to make it again.'
    );
    expect(renderer.classes).toEqual(new Set(['wb-widget-gone']));
    expect(renderer._rerenderMimeModel).not.toBeNull();
    models.push('w');
    await show('w');
    expect(renderer.node.textContent).toBe('view of w');
    expect(renderer.classes).toEqual(new Set());
  });

  it.each([
    ['the kernel still has it', { comms: ['w'] }],
    ['the kernel cannot be asked', { comms: null }]
  ])('is waited for while %s', async (_when, known) => {
    const { renderer, show } = setUp(known);
    await show('w');
    expect(renderer.node.textContent).toBe('view of w');
  });

  it('is waited for until the widgets of the kernel have been read', async () => {
    let looks = 0;
    const { renderer, show } = setUp({ isRestored: () => (looks += 1) > 2 });
    const shown = show('w');
    await expect.poll(() => renderer.node.textContent).toBe('Loading the widget…');
    await shown;
    expect(renderer.node.textContent).toMatch(/ended with its kernel/);
    expect(looks).toBe(3);
  });

  it('cannot be moved by who may not run cells, and says why', async () => {
    const { renderer, show } = setUp({ models: ['w'], mayRun: false });
    await show('w');
    expect(renderer.widgets[0]?.node.inert).toBe(true);
    expect(renderer.node.title).toBe('Only people who may run cells can change this.');
  });
});
