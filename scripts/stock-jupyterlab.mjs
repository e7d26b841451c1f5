import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command, ROOT } from './setup/command.mjs';

/** JupyterLab as everybody installs it, and what builds the wheel that is tried in it. */
export const STOCK_PACKAGES = ['jupyterlab==4.6.4', 'hatchling==1.28.0'];

const FOLDER = join(ROOT, '.cache', 'stock-jupyterlab');

/**
 * A virtual environment with a stock JupyterLab in `.cache/stock-jupyterlab`, made once.
 *
 * @returns {Promise<string | undefined>} its interpreter; undefined when Python or a package cannot be had
 */
export async function ensureStockJupyterLab() {
  const python = join(FOLDER, 'bin', 'python');
  const mark = join(FOLDER, '.wardbook-packages');
  const wanted = STOCK_PACKAGES.join('\n');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return python;
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  for (const [program, args] of [
    ['python3', ['-m', 'venv', FOLDER]],
    [python, [...pip, ...STOCK_PACKAGES]]
  ]) {
    if ((await command(program, args, { quietOut: true })).code !== 0) return undefined;
  }
  // JupyterLab asks for Node's version by a script that the package.json above this folder would make a module.
  writeFileSync(join(FOLDER, 'package.json'), '{"type":"commonjs"}\n');
  writeFileSync(mark, wanted);
  return python;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const python = await ensureStockJupyterLab();
  console.log(python ?? 'no stock JupyterLab: python3 with venv, and a package index, are needed');
  process.exitCode = python ? 0 : 1;
}
