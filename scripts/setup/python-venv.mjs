import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, ROOT } from './command.mjs';

/**
 * A virtual environment in `.cache/NAME` with pinned packages, made once for each list of packages.
 *
 * @param {string} name
 * @param {readonly string[]} packages
 * @param {(folder: string) => void} prepare called in an environment that was just made
 * @returns {Promise<string | undefined>} its interpreter; undefined when Python or a package cannot be had
 */
export async function ensureVenv(name, packages, prepare = () => undefined) {
  const folder = join(ROOT, '.cache', name);
  const python = join(folder, 'bin', 'python');
  const mark = join(folder, '.wardbook-packages');
  const wanted = packages.join('\n');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return python;
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  for (const [program, args] of [
    ['python3', ['-m', 'venv', folder]],
    [python, [...pip, ...packages]]
  ]) {
    if ((await command(program, args, { quietOut: true })).code !== 0) return undefined;
  }
  prepare(folder);
  writeFileSync(mark, wanted);
  return python;
}
