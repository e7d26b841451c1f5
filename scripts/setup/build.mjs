import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mustRun, ROOT } from './command.mjs';

/** Compiles all packages in the order of their references, then bundles the kernel. @param {{ quietOut?: boolean }} options */
export async function buildPackages({ quietOut = false } = {}) {
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  await mustRun(process.execPath, [compiler, '-b'], { quietOut });
  // A bundler that is loaded here would keep its threads for as long as this process lives.
  await mustRun(process.execPath, [join(ROOT, 'packaging', 'bundle-kernel.mjs')], { quietOut });
}

/**
 * Builds the JupyterLab app and the extension by `server/lab/app/build.mjs`, which keeps its output by the hash of
 * its inputs. In a process of its own: bundlers print, and a caller with `--json` owns its standard output.
 *
 * @param {{ quietOut?: boolean }} options
 * @returns {Promise<boolean>} false when this checkout has no app to build
 */
export async function buildApp({ quietOut = false } = {}) {
  const builder = join(ROOT, 'server', 'lab', 'app', 'build.mjs');
  if (!existsSync(builder)) return false;
  const code = `const { buildApp } = await import(${JSON.stringify(pathToFileURL(builder).href)}); await buildApp();`;
  await mustRun(process.execPath, ['--input-type=module', '--eval', code], { quietOut });
  return true;
}
