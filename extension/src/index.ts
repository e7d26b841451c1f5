import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import {
  INotebookCellExecutor,
  INotebookTracker,
  INotebookWidgetFactory,
  type NotebookPanel,
  type NotebookWidgetFactory
} from '@jupyterlab/notebook';
import { IDefaultDrive, type Contents } from '@jupyterlab/services';
import { IMarkdownParser, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import { errorRendererFactory } from './federated/error-renderer';
import { FederationFeed } from './federated/federation-feed';
import { FederatedHeaders } from './federated/headers';
import { progressRendererFactory } from './federated/progress-renderer';
import { resultRendererFactory } from './federated/result-renderer';
import { Lab } from './lab';
import { language } from './language/plugin';
import { mendCellChanges } from './room/cell-changes';
import { LabCellExecutor } from './room/cell-executor';
import { CONTENT_PROVIDER, RoomContentProvider } from './room/content-provider';
import { NotAllowed } from './room/not-allowed';
import { QUIET, readers } from './room/readers';
import { IRooms, RoomRegistry } from './room/rooms';
import { federationIcon, FederationPanel } from './shell/federation-panel';
import { keepHeadings } from './shell/headings';
import { languageOf, markLanguage } from './shell/language';
import { Presence } from './shell/presence';
import { restarts } from './shell/restart-notice';
import { SavedStatus } from './shell/saved-status';

const rooms: JupyterFrontEndPlugin<RoomRegistry> = {
  id: '@wardbook/jupyterlab-extension:rooms',
  description: 'Shared notebooks: the lab holds them, pages edit them together.',
  autoStart: true,
  provides: IRooms,
  requires: [INotebookWidgetFactory, IDefaultDrive, ITranslator],
  activate: (
    _app,
    factory: NotebookWidgetFactory.IFactory,
    drive: Contents.IDrive,
    translator: ITranslator
  ) => {
    const registry = new RoomRegistry(new Lab(translator.load('wardbook_errors')));
    if (!Lab.isHere) return registry;
    if (!drive.contentProviderRegistry) return registry;
    drive.contentProviderRegistry.register(
      CONTENT_PROVIDER,
      new RoomContentProvider(drive, registry)
    );
    factory.contentProviderId = CONTENT_PROVIDER;
    mendCellChanges();
    registry.joined.connect((_, room) =>
      room.refused.connect((_room, { message }) => {
        Notification.error(message, { autoClose: false });
      })
    );
    return registry;
  }
};

const executor: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: '@wardbook/jupyterlab-extension:cell-executor',
  description: 'Runs the cells of shared notebooks at the lab.',
  autoStart: true,
  provides: INotebookCellExecutor,
  requires: [IRooms, ITranslator],
  activate: (_app, registry: RoomRegistry, translator: ITranslator) => {
    const errors = translator.load('wardbook_errors');
    return new LabCellExecutor(new Lab(errors), registry, new NotAllowed(errors, QUIET));
  }
};

const IFeed = new Token<FederationFeed>(
  '@wardbook/jupyterlab-extension:IFeed',
  'The live state of the federation.'
);

const feed: JupyterFrontEndPlugin<FederationFeed> = {
  id: '@wardbook/jupyterlab-extension:feed',
  description: 'The live state of the federation.',
  autoStart: true,
  provides: IFeed,
  requires: [ITranslator],
  activate: (_app, translator: ITranslator) =>
    new FederationFeed(Lab.isHere ? new Lab(translator.load('wardbook_errors')) : null)
};

const results: JupyterFrontEndPlugin<void> = {
  id: '@wardbook/jupyterlab-extension:results',
  description:
    'Shows federated results (sentence, figure, table, what left the hospitals) and errors.',
  autoStart: true,
  requires: [IRenderMimeRegistry, ITranslator, IFeed],
  activate: (
    _app,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator,
    feed: FederationFeed
  ) => {
    markLanguage(languageOf(translator));
    rendermime.addFactory(resultRendererFactory(rendermime, translator), 0);
    rendermime.addFactory(progressRendererFactory(translator), 0);
    rendermime.addFactory(errorRendererFactory(rendermime, translator, feed), 0);
  }
};

const headings: JupyterFrontEndPlugin<void> = {
  id: '@wardbook/jupyterlab-extension:headings',
  description: 'Shows the headings of the language of the page in the table of contents.',
  autoStart: true,
  requires: [IMarkdownParser, ITranslator],
  activate: (_app, parser: IMarkdownParser, translator: ITranslator) => {
    keepHeadings(parser, languageOf(translator));
  }
};

const federation: JupyterFrontEndPlugin<void> = {
  id: '@wardbook/jupyterlab-extension:federation',
  description: 'Headers of federated cells, the federation panel, who is here, saved or not.',
  autoStart: true,
  requires: [ITranslator, INotebookTracker, IRooms, IFeed],
  optional: [ILayoutRestorer, IStatusBar],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator,
    tracker: INotebookTracker,
    registry: RoomRegistry,
    feed: FederationFeed,
    restorer: ILayoutRestorer | null,
    statusBar: IStatusBar | null
  ) => {
    const trans = translator.load('wardbook');
    const language = languageOf(translator);
    const errors = translator.load('wardbook_errors');
    const lab = Lab.isHere ? new Lab(errors) : null;
    const panel = new FederationPanel(feed, language, trans);
    app.shell.add(panel, 'right', { rank: 10 });
    restorer?.add(panel, panel.id);
    app.docRegistry.addWidgetExtension(
      'Notebook',
      new FederatedHeaders({ lab, errors, feed, trans, language })
    );
    if (lab === null) return;
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: notebook => share(notebook as NotebookPanel, registry)
    });
    statusBar?.registerStatusItem('wardbook:saved', {
      item: new SavedStatus(tracker, registry, trans),
      align: 'left',
      rank: 1
    });
  }
};

const launcher: JupyterFrontEndPlugin<void> = {
  id: '@wardbook/jupyterlab-extension:launcher',
  description: 'Launcher entry for a new federated notebook.',
  autoStart: true,
  requires: [ITranslator],
  optional: [ILauncher],
  activate: (app: JupyterFrontEnd, translator: ITranslator, entries: ILauncher | null) => {
    const trans = translator.load('wardbook');
    const command = 'wardbook:new-notebook';
    app.commands.addCommand(command, {
      label: trans.__('Federated notebook'),
      caption: trans.__('A new notebook that asks the hospitals of the study'),
      icon: federationIcon,
      execute: async ({ cwd }) => {
        const path = typeof cwd === 'string' ? cwd : '';
        const { path: created } = await app.serviceManager.contents.newUntitled({
          path,
          type: 'notebook'
        });
        // A stock server has other kernels too, and would ask which one.
        const kernel = Lab.isHere ? {} : { kernel: { name: 'wardbook-typescript' } };
        const opened: unknown = await app.commands.execute('docmanager:open', {
          path: created,
          ...kernel
        });
        return opened;
      }
    });
    entries?.add({ command, category: trans.__('Notebook'), rank: 0 });
  }
};

// Presence for everybody; for readers also cells that say that they cannot be changed.
function share(panel: NotebookPanel, registry: RoomRegistry): DisposableSet {
  const all = new DisposableSet();
  void panel.context.ready.then(() => {
    if (panel.isDisposed || registry.of(panel.context.model.sharedModel) === null) return;
    const presence = new Presence(panel);
    panel.toolbar.addItem('wardbook-presence', presence);
    all.add(presence);
    if (registry.of(panel.context.model.sharedModel)?.mayWrite === true) return;
    const lock = () => {
      for (const cell of panel.content.widgets) cell.readOnly = true;
    };
    panel.content.modelContentChanged.connect(lock);
    panel.addClass('wb-read-only');
    all.add(new DisposableDelegate(() => panel.content.modelContentChanged.disconnect(lock)));
    lock();
  });
  return all;
}

/** The plugins of the extension. */
export default [
  rooms,
  executor,
  feed,
  results,
  headings,
  federation,
  launcher,
  language,
  restarts,
  readers
];
