import { cp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { mustRun } from '../scripts/setup/command.mjs';

/** JupyterLab's packages move their minor versions together: 4.4 is two below the 4.6 that this is built with. */
const MINORS_BACK = 2;
/** Packages of the core whose versions follow rules of their own; ranges that JupyterLab 4.4 and later bring. */
const RANGES = {
  '@jupyter/ydoc': '^3.0.0 || ^4.0.0',
  '@codemirror/state': '^6.5.0',
  '@codemirror/view': '^6.36.0',
  yjs: '^13.5.40'
};

/**
 * Builds the prebuilt extension for a stock JupyterLab ≥ 4.4 from what the app's build compiled. It differs from the
 * appliance's in the versions it asks for: ranges instead of exactly the ones it was built with.
 *
 * @param {string} root of the repository
 * @param {string} work folder for the copy; its `labextension` is the result
 * @returns {Promise<string>} the folder
 */
export async function buildLabextension(root, work) {
  const extension = join(root, 'extension');
  for (const part of ['lib', 'style', 'schema'])
    await cp(join(extension, part), join(work, part), { recursive: true });
  await symlink(join(extension, 'node_modules'), join(work, 'node_modules'), 'junction');
  const manifest = JSON.parse(await readFile(join(extension, 'package.json'), 'utf8'));
  const used = await packagesIn(join(work, 'lib'));
  await writeFile(
    join(work, 'package.json'),
    `${JSON.stringify(stockManifest(manifest, used), null, 2)}\n`
  );
  const require = createRequire(join(extension, 'package.json'));
  const core = require.resolve('@jupyterlab/core-meta/core.package.json');
  const builder = join(
    extension,
    'node_modules',
    '@jupyter',
    'builder',
    'lib',
    'build-labextension.js'
  );
  await mustRun(process.execPath, [builder, '--core-package-file', core, '.'], {
    cwd: work,
    quietOut: true
  });
  const built = join(work, manifest.jupyterlab.outputDir);
  await rm(join(work, 'node_modules'));
  return built;
}

/**
 * The manifest of the extension in a stock JupyterLab.
 *
 * @param {object} manifest of the appliance's extension
 * @param {ReadonlySet<string>} used packages that its code imports
 */
export function stockManifest(manifest, used) {
  const { overrides: _o, resolutions: _r, devDependencies: _d, private: _p, ...kept } = manifest;
  const asked = { ...RANGES, ...manifest.dependencies };
  const dependencies = {};
  for (const name of [...used].sort())
    if (asked[name] !== undefined) dependencies[name] = rangeOf(name, asked[name]);
  const sharedPackages = { ...kept.jupyterlab.sharedPackages };
  for (const [name, requiredVersion] of Object.entries(dependencies))
    if (/^@(jupyterlab|jupyter|lumino|codemirror)\/|^yjs$/.test(name))
      sharedPackages[name] = { ...sharedPackages[name], requiredVersion };
  return { ...kept, dependencies, jupyterlab: { ...kept.jupyterlab, sharedPackages } };
}

function rangeOf(name, version) {
  if (RANGES[name] !== undefined) return RANGES[name];
  const [major, minor] = version.replace(/^\D+/, '').split('.').map(Number);
  if (name.startsWith('@jupyterlab/')) return `^${major}.${Math.max(0, minor - MINORS_BACK)}.0`;
  return name.startsWith('@lumino/') ? `^${major}.0.0` : version;
}

async function packagesIn(folder) {
  const used = new Set();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.js')) continue;
    const text = await readFile(join(entry.parentPath ?? entry.path, entry.name), 'utf8');
    for (const [, name] of text.matchAll(
      /(?:from|import)\s*\(?\s*['"]((?:@[\w-]+\/)?[\w-][\w.-]*)/g
    ))
      used.add(name);
  }
  return used;
}
