import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';
import { IJupyterWidgetRegistry, type ExportMap } from '@jupyter-widgets/base';
import { WidgetManager, WidgetRenderer } from '@jupyter-widgets/jupyterlab-manager';
import {
  baseWidgetsPlugin,
  controlWidgetsPlugin,
  managerPlugin,
  outputWidgetPlugin
} from '@jupyter-widgets/jupyterlab-manager/lib/plugin';
import { Lab } from '../lab';
import { keepToKernel, showWidgets } from './live-only';
import { mendRenderer } from './renderer';

type Services = [IRenderMimeRegistry, INotebookTracker | null, ...unknown[]];

// Without settings and menu: a shared notebook keeps no state of widgets, so there is nothing to choose.
const manager: JupyterFrontEndPlugin<IJupyterWidgetRegistry> = {
  ...managerPlugin,
  activate: (app: JupyterFrontEnd, ...services: unknown[]) => {
    const [rendermime, notebooks, consoles, , , ...rest] = services as Services;
    keepToKernel(WidgetManager.prototype);
    showWidgets(rendermime);
    // Before the original hears of a notebook: it adds its renderer there.
    notebooks?.widgetAdded.connect((_, { content }) => showWidgets(content.rendermime));
    return managerPlugin.activate(app, rendermime, notebooks, consoles, null, null, ...rest);
  }
};

const anywidget: JupyterFrontEndPlugin<void> = {
  id: '@wardbook/jupyterlab-extension:anywidget',
  description: 'Views of widgets whose front end is a module of their author.',
  autoStart: true,
  requires: [IJupyterWidgetRegistry],
  activate: (_app: JupyterFrontEnd, registry: IJupyterWidgetRegistry) => {
    registry.registerWidget({
      name: 'anywidget',
      version: '0.11.0',
      exports: async () => (await import('anywidget')) as unknown as ExportMap
    });
  }
};

const renderer: JupyterFrontEndPlugin<void> = {
  id: '@wardbook/jupyterlab-extension:widget-renderer',
  description: 'Says in words where a widget is gone, and keeps readers from moving one.',
  autoStart: true,
  requires: [ITranslator],
  activate: (_app: JupyterFrontEnd, translator: ITranslator) => {
    mendRenderer(WidgetRenderer.prototype, {
      trans: translator.load('wardbook'),
      mayRun: Lab.mayRun
    });
  }
};

/**
 * Views of widgets for the page that a lab serves. They are no part of the prebuilt extension: a stock JupyterLab gets
 * them by `pip install ipywidgets anywidget`.
 */
export default [
  manager,
  baseWidgetsPlugin,
  controlWidgetsPlugin,
  outputWidgetPlugin,
  anywidget,
  renderer
];
