import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureVenv } from './setup/python-venv.mjs';

/** JupyterLab as everybody installs it with the views of widgets, and what builds the wheel that is tried in it. */
export const STOCK_PACKAGES = [
  ...['jupyterlab==4.6.4', 'hatchling==1.28.0'],
  ...['ipywidgets==8.1.9', 'anywidget==0.11.0']
];

/** A virtual environment in `.cache/stock-jupyterlab` with them; undefined when it cannot be had. */
export const ensureStockJupyterLab = () =>
  ensureVenv('stock-jupyterlab', STOCK_PACKAGES, folder =>
    // JupyterLab asks for Node's version by a script that the package.json above this folder would make a module.
    writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n')
  );

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const python = await ensureStockJupyterLab();
  console.log(python ?? 'no stock JupyterLab: python3 with venv, and a package index, are needed');
  process.exitCode = python ? 0 : 1;
}
