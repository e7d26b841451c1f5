import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';
import { NotebookTypes } from './notebook-types';
import { ProblemMarks } from './problem-marks';
import { ProblemStatus } from './problem-status';
import type { CheckMode } from './types';

const ID = '@wardbook/jupyterlab-extension:language';

/** Type problems in cells, their count in the status bar, and marks on cells that are out of date. */
export const language: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Shows the type problems of cells, and which cells are out of date.',
  autoStart: true,
  requires: [INotebookTracker, IEditorExtensionRegistry, ITranslator],
  optional: [ISettingRegistry, IStatusBar],
  activate: (
    _app: JupyterFrontEnd,
    tracker: INotebookTracker,
    editors: IEditorExtensionRegistry,
    translator: ITranslator,
    settings: ISettingRegistry | null,
    statusBar: IStatusBar | null
  ) => {
    const trans = translator.load('wardbook');
    const marks = new ProblemMarks();
    editors.addExtension({
      name: 'wardbook-problems',
      factory: ({ model }) =>
        EditorExtensionRegistry.createImmutableExtension(marks.extension(model))
    });
    const notebooks = new Map<NotebookPanel, NotebookTypes>();
    const status = new ProblemStatus(tracker, panel => notebooks.get(panel), trans);
    let mode: CheckMode | null = null;
    const add = (panel: NotebookPanel) => {
      const types = new NotebookTypes(panel, { marks, trans, mode: () => mode });
      notebooks.set(panel, types);
      types.changed.connect(() => status.draw());
      panel.disposed.connect(() => notebooks.delete(panel));
    };
    void loadMode(settings, value => {
      mode = value;
      for (const types of notebooks.values()) types.applyMode();
      status.draw();
    });
    tracker.widgetAdded.connect((_, panel) => add(panel));
    tracker.forEach(add);
    statusBar?.registerStatusItem('wardbook:problems', { item: status, align: 'left', rank: 2 });
  }
};

// Only what the person has set is sent: a default of one page must not undo what another page asked for.
async function loadMode(
  registry: ISettingRegistry | null,
  apply: (mode: CheckMode | null) => void
): Promise<void> {
  const settings = await registry?.load(ID).catch(() => undefined);
  if (settings === undefined) return;
  const read = () => apply((settings.user['types'] as CheckMode | undefined) ?? null);
  settings.changed.connect(read);
  read();
}
