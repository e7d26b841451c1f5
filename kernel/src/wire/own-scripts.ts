import { fileURLToPath } from 'node:url';

/** Scripts that the kernel starts in a process or a thread of their own. */
export type OwnScript = 'user/user-process' | 'user/interrupt-worker';

/**
 * Path of a script of the kernel: its bundle when the caller is bundled, its module otherwise.
 *
 * @param from `import.meta.url` of the caller
 */
export function ownScript(script: OwnScript, from: string): string {
  const path = isBundled(from) ? `./${script.replace('user/', '')}.cjs` : `../${script}.js`;
  return fileURLToPath(new URL(path, from));
}

/**
 * What to require for a package that is loaded late: its bundle when the caller is bundled.
 *
 * @param from `import.meta.url` of the caller
 */
export function besideBundle(name: 'oxc-parser', from: string): string {
  return isBundled(from) ? `./${name}.cjs` : name;
}

function isBundled(from: string): boolean {
  return from.endsWith('.cjs');
}
