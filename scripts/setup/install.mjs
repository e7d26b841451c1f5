import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, ROOT } from './command.mjs';

/** What `engines` in package.json asks for. */
const LEAST_NODE = [20, 19];

/** Stops with a sentence when Node is too old. @param {string} version such as `v20.19.0` */
export function checkNode(version = process.version) {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new Error(`Wardbook needs Node ${LEAST_NODE.join('.')} or later; this is ${version}.`);
}

/**
 * Brings `node_modules` of one npm root to its lock file: `npm ci`, only when something differs.
 * The hash of the lock is kept beside the packages, so that the next start asks one file only.
 *
 * @param {{ folder?: string, quietOut?: boolean }} options
 */
export async function ensureInstalled({ folder = ROOT, quietOut = false } = {}) {
  const lockText = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const mark = join(folder, 'node_modules', '.wardbook-lock');
  const hash = createHash('sha256').update(lockText).digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8').trim() === hash) return;
  const installed = readOr(join(folder, 'node_modules', '.package-lock.json'));
  if (installed === undefined || !satisfies(JSON.parse(lockText), installed)) {
    await mustRun('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, quietOut });
  }
  writeFileSync(mark, `${hash}\n`);
}

/**
 * Whether what npm says it installed covers a lock file: every package of it, at its version.
 * Optional packages (those of other systems) may be absent.
 */
export function satisfies({ packages }, { packages: installed }) {
  return Object.entries(packages).every(([path, { version, optional, link, resolved }]) => {
    if (!path.includes('node_modules/')) return true;
    const there = installed[path];
    if (!there) return optional === true;
    return link ? there.resolved === resolved : there.version === version;
  });
}

function readOr(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
