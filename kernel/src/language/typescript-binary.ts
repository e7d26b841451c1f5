import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * The language server's executable for this machine: the platform package that `typescript-7` (typescript 7) brings
 * as an optional dependency.
 *
 * @returns null when there is none for this platform, or when it was not installed
 */
export function typescriptBinary(): string | null {
  try {
    const manifest = require.resolve('typescript-7/package.json');
    const platform = `@typescript/typescript-${process.platform}-${process.arch}`;
    const folder = dirname(createRequire(manifest).resolve(`${platform}/package.json`));
    const file = join(folder, 'lib', process.platform === 'win32' ? 'tsc.exe' : 'tsc');
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

/** Folders of the type packages that every cell may use: the kernel's own, so that a notebook needs no install. */
export function typePackages(): { readonly typeRoots: string[]; readonly danfo: string | null } {
  const found = (specifier: string) => {
    try {
      return dirname(require.resolve(`${specifier}/package.json`));
    } catch {
      return null;
    }
  };
  const node = found('@types/node');
  return { typeRoots: node === null ? [] : [dirname(node)], danfo: found('danfojs-node') };
}
