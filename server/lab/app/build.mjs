import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from '../../../scripts/setup/install.mjs';

const APP = dirname(fileURLToPath(import.meta.url));
const ROOT = join(APP, '..', '..', '..');
const EXTENSION = join(ROOT, 'extension');
const MODULES = join(EXTENSION, 'node_modules');
const OUTPUT = join(APP, 'build');
const LABEXTENSION = join(EXTENSION, 'labextension');
// Views of widgets: a stock JupyterLab gets them by pip, the application has them in it.
const WIDGETS = join(EXTENSION, 'src', 'widgets');
const LANGUAGE_PACK = 'jupyterlab-language-pack-fr-FR==4.5.post3';
const require = createRequire(join(EXTENSION, 'package.json'));

/**
 * Builds the JupyterLab application and the prebuilt extension, both from `extension/node_modules`. Output of inputs
 * that were built before is kept: the hash of all inputs lies beside it. A build is made in a folder of its own and
 * renamed, so a killed one leaves nothing half.
 *
 * @returns {Promise<void>}
 */
export async function buildApp() {
  const lock = await hashOf([
    join(EXTENSION, 'package.json'),
    join(EXTENSION, 'package-lock.json')
  ]);
  await ensureInstalled({ folder: EXTENSION });
  const parts = (await Promise.all([join(APP, 'src'), WIDGETS].map(filesOf))).flat();
  const used = ['lab.ts', 'lab-error.ts'].map(name => join(EXTENSION, 'src', name));
  const app = await hashOf([join(APP, 'build.mjs'), ...used, ...parts], lock);
  if ((await read(join(OUTPUT, 'inputs'))) !== app) await buildCore(app);
  const sources = ['src', 'style', 'schema', 'locale'].map(name => join(EXTENSION, name));
  const files = (await Promise.all(sources.map(filesOf))).flat();
  const extension = await hashOf([join(EXTENSION, 'tsconfig.json'), ...files], lock);
  if ((await read(join(LABEXTENSION, 'inputs'))) !== extension) await buildExtension(extension);
}

async function buildCore(inputs) {
  const work = `${OUTPUT}.work`;
  await rm(work, { recursive: true, force: true });
  // A copy of the sources beside their generated parts: modules are looked up in the extension's folder.
  const generated = join(work, 'src', 'generated');
  await cp(join(APP, 'src'), join(work, 'src'), { recursive: true });
  await mkdir(generated, { recursive: true });
  const core = require('@jupyterlab/core-meta/core.package.json');
  const { extensions, mimeExtensions, singletonPackages } = core.jupyterlab;
  const modules = { ...extensions, [join(WIDGETS, 'plugins.ts')]: '' };
  await writeFile(join(generated, 'extensions.js'), importList(modules, mimeExtensions));
  await writeFile(join(generated, 'anywidget.js'), await anywidgetModule());
  const { Build } = require('@jupyter/builder');
  const themes = Build.ensureAssets({
    packageNames: [...new Set([...Object.keys(extensions), ...Object.keys(mimeExtensions)])],
    output: generated,
    schemaOutput: work,
    themeOutput: work
  });
  await bundle([coreConfig(work, singletonPackages), ...themes.map(withModules)]);
  await writeManifest(work, core.version);
  await rm(join(work, 'src'), { recursive: true });
  await addLanguagePack(join(work, 'locale', 'fr_FR'));
  await writeFile(join(work, 'inputs'), inputs);
  await replace(work, OUTPUT);
}

function coreConfig(work, singletonPackages) {
  const { rspack } = require('@rspack/core');
  const base = require('@jupyter/builder/lib/webpack.config.base');
  return withModules({
    ...base,
    module: {
      ...base.module,
      rules: [
        ...base.module.rules,
        {
          test: /\.ts$/,
          loader: 'builtin:swc-loader',
          options: { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } },
          type: 'javascript/auto'
        }
      ]
    },
    resolve: {
      ...base.resolve,
      extensions: ['.ts', '...'],
      alias: { anywidget$: join(work, 'src', 'generated', 'anywidget.js') }
    },
    mode: 'production',
    devtool: false,
    entry: { main: join(work, 'src', 'main.js') },
    output: {
      path: join(work, 'static'),
      publicPath: 'auto',
      // Not the extension's name, or both would share one list of loaded chunks.
      uniqueName: 'wardbook-lab',
      filename: '[name].[contenthash].js',
      chunkFilename: '[name].[contenthash].js',
      assetModuleFilename: '[name].[contenthash][ext]',
      hashFunction: 'xxhash64'
    },
    plugins: [
      ...(base.plugins ?? []),
      new rspack.container.ModuleFederationPluginV1({
        library: { type: 'var', name: ['_JUPYTERLAB', 'CORE_LIBRARY_FEDERATION'] },
        name: 'CORE_FEDERATION',
        shared: Object.fromEntries(singletonPackages.map(sharedModule))
      })
    ],
    performance: { hints: false },
    infrastructureLogging: { level: 'error' }
  });
}

function sharedModule(name) {
  const file = join(MODULES, name, 'package.json');
  const version = existsSync(file) ? require(file).version : undefined;
  return [name, { singleton: true, ...(version && { requiredVersion: `^${version}`, version }) }];
}

function withModules(config) {
  return {
    ...config,
    context: EXTENSION,
    resolve: { ...config.resolve, modules: [MODULES, 'node_modules'] },
    resolveLoader: { ...config.resolveLoader, modules: [MODULES, 'node_modules'] }
  };
}

function importList(extensions, mimeExtensions) {
  const list = entries =>
    Object.entries(entries).map(
      ([name, path]) => `  () => import(${JSON.stringify(path ? `${name}/${path}` : name)})`
    );
  return `export const extensions = [\n${list(extensions).join(',\n')}\n];\nexport const mimeExtensions = [\n${list(mimeExtensions).join(',\n')}\n];\n`;
}

// The package's file is an AMD module, which the bundler does not read.
async function anywidgetModule() {
  const source = await readFile(require.resolve('anywidget'), 'utf8');
  return `import * as base from '@jupyter-widgets/base';
let made;
const define = (_names, make) => (made = make(base));
${source}
export const { AnyModel, AnyView } = made;
`;
}

function bundle(configs) {
  const { rspack } = require('@rspack/core');
  return new Promise((resolve, reject) => {
    rspack(configs, (error, stats) => {
      if (error) return reject(error);
      if (!stats.hasErrors()) return resolve(stats);
      const text = stats.toString({ all: false, errors: true });
      reject(new Error(`The JupyterLab application did not build:\n${text}`));
    });
  });
}

async function writeManifest(work, version) {
  const names = await readdir(join(work, 'static'));
  const scripts = names.filter(name => /^main\..*\.js$/.test(name));
  const styles = names.filter(name => /^main\..*\.css$/.test(name));
  await writeFile(join(work, 'manifest.json'), JSON.stringify({ scripts, styles, version }));
}

// JupyterLab's own texts in French are published for Python only. Without them its menus stay English, ours do not.
async function addLanguagePack(folder) {
  const python = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])';
  const work = await mkdtemp(join(tmpdir(), 'wardbook-language-'));
  try {
    await run(
      'python3',
      ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', work, LANGUAGE_PACK],
      work
    );
    const [wheel] = (await readdir(work)).filter(name => name.endsWith('.whl'));
    await run('python3', ['-c', python, wheel, 'out'], work);
    const texts = join(
      work,
      'out',
      'jupyterlab_language_pack_fr_FR',
      'locale',
      'fr_FR',
      'LC_MESSAGES'
    );
    await mkdir(folder, { recursive: true });
    await cp(join(texts, 'jupyterlab.json'), join(folder, 'jupyterlab.json'));
  } catch (error) {
    process.stderr.write(
      `wardbook: JupyterLab's menus stay English, its French texts could not be had (${error.message.slice(0, 200)})\n`
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function buildExtension(inputs) {
  await run(process.execPath, [join(MODULES, 'typescript', 'bin', 'tsc'), '-p', '.'], EXTENSION);
  const builder = join(MODULES, '@jupyter', 'builder', 'lib', 'build-labextension.js');
  const core = dirname(require.resolve('@jupyterlab/core-meta/core.package.json'));
  await run(
    process.execPath,
    [builder, '--core-package-file', join(core, 'core.package.json'), '.'],
    EXTENSION
  );
  await cp(join(EXTENSION, 'locale'), join(LABEXTENSION, 'locale'), { recursive: true });
  await writeFile(join(LABEXTENSION, 'inputs'), inputs);
}

function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', bytes => said.push(bytes));
    child.on('error', reject);
    child.on('exit', code =>
      code === 0
        ? resolve()
        : reject(
            new Error(
              `${command} ${args[0]} failed:\n${Buffer.concat(said).toString().slice(-4_000)}`
            )
          )
    );
  });
}

async function replace(from, to) {
  await rm(to, { recursive: true, force: true });
  await rename(from, to);
}

async function filesOf(folder) {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

async function hashOf(files, start = '') {
  const hash = createHash('sha256').update(start);
  for (const file of files) hash.update(relative(ROOT, file)).update(await readFile(file));
  return hash.digest('hex');
}

async function read(file) {
  return existsSync(file) ? readFile(file, 'utf8') : null;
}
