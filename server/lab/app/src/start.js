import { IConnectionLost, JupyterLab } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { IServiceManager } from '@jupyterlab/services';
import { PluginRegistry } from '@lumino/coreutils';
// Written by build.mjs.
import { extensions, mimeExtensions } from './generated/extensions.js';
import './generated/style.js';

/** Starts JupyterLab with the built-in extensions and the prebuilt ones that the page names. */
export async function start() {
  const federated = JSON.parse(PageConfig.getOption('federated_extensions') || '[]');
  const loaded = await Promise.allSettled(federated.map(loadFederated));
  for (const { reason } of loaded) if (reason) console.error(reason);
  const extra = loaded.flatMap(({ value }) => (value ? [value] : []));

  const disabled = { matches: [], patterns: [] };
  const wanted = modules => modules.flatMap(pluginsOf).filter(({ id }) => isWanted(id, disabled));
  const plugins = wanted([...(await Promise.all(extensions.map(load => load()))), ...extra]);
  const mime = wanted(await Promise.all(mimeExtensions.map(load => load())));

  const pluginRegistry = new PluginRegistry();
  pluginRegistry.registerPlugins(plugins);
  const lab = new JupyterLab({
    pluginRegistry,
    serviceManager: await pluginRegistry.resolveRequiredService(IServiceManager),
    connectionLost: await pluginRegistry.resolveOptionalService(IConnectionLost),
    mimeExtensions: mime,
    disabled,
    deferred: { matches: [], patterns: [] },
    availablePlugins: []
  });
  // As JupyterLab's own page: for tools that drive it.
  if (PageConfig.getOption('exposeAppInBrowser') === 'true') window.jupyterapp = lab;
  await lab.start({ ignorePlugins: [], bubblingKeydown: true });
  await lab.restored;
}

async function loadFederated({ name, load, extension, style }) {
  const url = `${PageConfig.getOption('fullLabextensionsUrl')}/${name}/${load}`;
  await new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.async = true;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`The extension ${name} could not be loaded.`));
    document.head.append(script);
  });
  const container = window._JUPYTERLAB[name];
  await __webpack_init_sharing__('default');
  await container.init(__webpack_share_scopes__.default);
  if (style) (await container.get(style))();
  return (await container.get(extension))();
}

// A module's plugins: its default export, one or (nested) lists of them, behind one more `default` for CommonJS.
function pluginsOf(module) {
  let plugins = module;
  while (plugins && !Array.isArray(plugins) && !('id' in plugins) && 'default' in plugins)
    plugins = plugins.default;
  return [plugins].flat(Infinity);
}

function isWanted(id, disabled) {
  if (!PageConfig.Extension.isDisabled(id)) return true;
  disabled.matches.push(id);
  return false;
}
