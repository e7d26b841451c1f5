// Bundles each of the kernel's processes into one script: a start reads a handful of files instead of two hundred.
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { ROOT } from '../scripts/setup/command.mjs';

/** What is bundled, by the name of its bundle; `kernel/src/wire/own-scripts.ts` finds them. */
const ENTRIES = {
  main: 'main.js',
  'user-process': 'user/user-process.js',
  'interrupt-worker': 'user/interrupt-worker.js',
  'oxc-parser': 'transform/oxc-parser.js'
};
/** Packages that go into bundles: the product's own, and what a start needs. All others stay where they are installed. */
const INSIDE = /^(@wardbook|@noble)\/|^(zeromq|oxc-parser)$/;
const INTRO = `const __address = require('node:url').pathToFileURL(__filename).href;
const __addressOf = name => {
  const { existsSync } = require('node:fs');
  const { dirname, join } = require('node:path');
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(file)) return require('node:url').pathToFileURL(file).href;
  }
  return __address;
};`;

/** Native binaries are found from the package that they belong to, also when its code lies elsewhere. */
const findBinaries = {
  name: 'find-binaries',
  resolveId: (source, importer) =>
    source === './load-addon' && importer?.includes('zeromq')
      ? { id: 'zeromq/lib/load-addon', external: true }
      : undefined,
  transform: (code, file) =>
    code.replaceAll(
      'import.meta.url',
      /[\\/]node_modules[\\/]oxc-parser[\\/]/.test(file) ? `__addressOf('oxc-parser')` : '__address'
    )
};

/**
 * Writes `kernel/dist/start` from the compiled packages. What is loaded later than at the start lies in files of its
 * own there.
 *
 * @param {string} root of the repository
 */
export async function bundleKernel(root = ROOT) {
  const dist = join(root, 'kernel', 'dist');
  const target = join(dist, 'start');
  const work = `${target}.${process.pid}`;
  for (const [name, path] of Object.entries(ENTRIES)) {
    const bundle = await rolldown({
      input: { [name]: join(dist, path) },
      platform: 'node',
      external: id => /^[\w@]/.test(id) && !INSIDE.test(id),
      plugins: [findBinaries]
    });
    await bundle.write({
      dir: work,
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: `${name}-[name].cjs`,
      banner: `'use strict';`,
      intro: INTRO
    });
    await bundle.close();
  }
  await rm(target, { recursive: true, force: true });
  await rename(work, target);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundleKernel();
