import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command, ROOT } from './setup/command.mjs';

/** Jupyter's own clients, by which the kernel is tested. */
export const PACKAGES = [
  'jupyter_client==8.10.0',
  'nbclient==0.11.0',
  'nbformat==5.11.1',
  'ipykernel==7.4.0',
  'jupyter_kernel_test==0.7.0',
  'nbconvert==7.17.2',
  'papermill==2.7.0',
  'jupyter_console==6.6.3'
];

const FOLDER = join(ROOT, '.cache', 'python');

/**
 * A virtual environment in `.cache/python` with the pinned clients, made once.
 *
 * @returns {Promise<string | undefined>} its interpreter; undefined when Python or a package cannot be had
 */
export async function ensurePython() {
  const python = join(FOLDER, 'bin', 'python');
  const mark = join(FOLDER, '.wardbook-packages');
  const wanted = PACKAGES.join('\n');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return python;
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  for (const [program, args] of [
    ['python3', ['-m', 'venv', FOLDER]],
    [python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES]]
  ]) {
    if ((await command(program, args, { quietOut: true })).code !== 0) return undefined;
  }
  writeFileSync(mark, wanted);
  return python;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const python = await ensurePython();
  console.log(
    python ?? 'no python environment: python3 with venv, and a package index, are needed'
  );
  process.exitCode = python ? 0 : 1;
}
