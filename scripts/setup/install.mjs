import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STAMP = join(ROOT, 'node_modules', '.wardbook-lock');

/** Installs the dependencies of the lock file when they are not there, then builds the packages. */
export async function installAndBuild() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new Error(
      `Wardbook needs Node 20.19 or newer, this is ${process.versions.node}. Install a newer Node and try again.`
    );
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== lock) {
    if (!existsSync(join(ROOT, 'node_modules')) || existsSync(STAMP))
      await run('npm', ['ci', '--no-audit', '--no-fund']);
    else await run('npm', ['install', '--no-audit', '--no-fund']);
    writeFileSync(STAMP, lock);
  }
  await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b']);
}
