// npm run package:wheel: builds packaging/dist/wardbook_jupyter-VERSION-TAG.whl from the built packages.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureStockJupyterLab } from '../scripts/stock-jupyterlab.mjs';
import { buildApp, buildPackages } from '../scripts/setup/build.mjs';
import { mustRun, ROOT } from '../scripts/setup/command.mjs';
import { copyKernel } from './kernel-folder.mjs';
import { buildLabextension } from './labextension.mjs';
import { wheelTag } from './wheel-tag.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, 'dist');
const WORK = join(DIST, 'work');

/**
 * Builds the wheel from packages, app and extension that are built already; one of the same inputs is kept.
 *
 * @param {string} python interpreter that has hatchling
 * @returns {Promise<string>} path of the wheel
 */
export async function buildWheel(python) {
  const inputs = await inputHash();
  const kept = await keptWheel(inputs);
  if (kept !== undefined) return kept;
  await rm(DIST, { recursive: true, force: true });
  await mkdir(WORK, { recursive: true });
  await cp(join(HERE, 'jupyter'), WORK, { recursive: true, filter: isSource });
  for (const file of ['LICENSE', 'NOTICE']) await cp(join(ROOT, file), join(WORK, file));
  await mkdir(join(WORK, 'kernel'));
  const { packages, files, bytes } = await copyKernel(ROOT, join(WORK, 'kernel'));
  await writeKernelspec(join(WORK, 'kernelspec'));
  await cp(join(ROOT, 'extension', 'locale', 'fr_FR'), join(WORK, 'locale/fr_FR/LC_MESSAGES'), {
    recursive: true
  });
  await mkdir(join(WORK, 'extension'));
  await buildLabextension(ROOT, join(WORK, 'extension'));
  const tag = await wheelTag(join(WORK, 'kernel'));
  await mustRun(python, ['-m', 'hatchling', 'build', '-t', 'wheel', '-d', DIST], {
    cwd: WORK,
    env: { WARDBOOK_WHEEL_TAG: tag },
    quietOut: true
  });
  await rm(WORK, { recursive: true });
  await writeFile(join(DIST, 'inputs'), inputs);
  process.stderr.write(
    `${packages} packages, ${files} files, ${Math.round(bytes / 1e6)} MB, ${tag}\n`
  );
  return keptWheel(inputs);
}

// The launcher instead of a path: Node is found when the kernel starts, on the machine it starts on.
async function writeKernelspec(folder) {
  const { kernelspec, LOGO_FOLDER, LOGOS } = await import(
    pathToFileURL(join(ROOT, 'kernel', 'dist', 'index.js')).href
  );
  await mkdir(folder);
  for (const name of LOGOS) await cp(join(LOGO_FOLDER, name), join(folder, name));
  const spec = kernelspec(['python', '-m', 'wardbook_jupyter.kernel']);
  await writeFile(join(folder, 'kernel.json'), `${JSON.stringify(spec, null, 2)}\n`);
}

async function keptWheel(inputs) {
  const mark = join(DIST, 'inputs');
  if (!existsSync(mark) || (await readFile(mark, 'utf8')) !== inputs) return undefined;
  const wheel = (await readdir(DIST)).find(name => name.endsWith('.whl'));
  return wheel === undefined ? undefined : join(DIST, wheel);
}

async function inputHash() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  const own = (await readdir(HERE)).filter(name => name.endsWith('.mjs'));
  const folders = ['kernel/dist', 'kernel/logo', 'protocol/dist', 'guard/dist', 'analyses/dist'];
  folders.push('extension/lib', 'extension/style', 'extension/schema', 'extension/locale');
  folders.push('packaging/jupyter');
  const files = [
    ...own.map(name => join(HERE, name)),
    ...['package-lock.json', 'extension/package.json', 'extension/package-lock.json'].map(name =>
      join(ROOT, name)
    )
  ];
  for (const folder of folders)
    for (const entry of await readdir(join(ROOT, folder), { withFileTypes: true, recursive: true }))
      if (entry.isFile() && isSource(entry.name))
        files.push(join(entry.parentPath ?? entry.path, entry.name));
  for (const file of files.sort()) hash.update(relative(ROOT, file)).update(await readFile(file));
  return hash.digest('hex');
}

const isSource = path => !/__pycache__|\.pyc$|\.tsbuildinfo$|\.map$/.test(path);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const python = await ensureStockJupyterLab();
  if (python === undefined) throw new Error('python3 with venv and a package index are needed');
  await buildPackages({ quietOut: true });
  await buildApp({ quietOut: true });
  console.log(await buildWheel(python));
}
