import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { expect, it } from 'vitest';
import { keepToKernel, showWidgets } from './live-only';

it('shows views of widgets in notebooks that nobody trusted, and nothing else', () => {
  const added: [string, boolean, number | undefined][] = [];
  const registry = {
    addFactory: ({ mimeTypes, safe }: { mimeTypes: string[]; safe: boolean }, rank?: number) =>
      void added.push([mimeTypes.join(), safe, rank])
  } as unknown as IRenderMimeRegistry;
  showWidgets(registry);
  const factory = (mimeType: string) => ({
    safe: false,
    mimeTypes: [mimeType],
    createRenderer: () => {
      throw new Error('not made here');
    }
  });
  registry.addFactory(factory('application/vnd.jupyter.widget-view+json'), -10);
  registry.addFactory(factory('application/javascript'), 5);
  expect(added).toEqual([
    ['application/vnd.jupyter.widget-view+json', true, -10],
    ['application/javascript', false, 5]
  ]);
});

it('makes no widget from the metadata of a file', async () => {
  const made: unknown[] = [];
  const manager = { _loadFromNotebook: async (notebook: unknown) => void made.push(notebook) };
  keepToKernel(manager);
  await manager._loadFromNotebook({ metadata: { widgets: {} } });
  expect(made).toEqual([]);
});
