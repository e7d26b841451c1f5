import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script, constants } from 'node:vm';
import type { LocalModules } from './local-modules.js';

/** Loads a module for a cell: `asked` lists `[exported name, whether the cell uses it]` of a static import. */
export type Importer = (
  specifier: unknown,
  options?: ImportCallOptions,
  asked?: readonly (readonly [string, boolean])[]
) => Promise<Readonly<Record<string, unknown>>>;

type Namespace = Readonly<Record<string, unknown>>;
type NodeImport = (specifier: string, options?: ImportCallOptions) => Promise<Namespace>;

// Packages that come with the kernel; one in the notebook's own folder goes first.
const SHIPPED = new Set(['danfojs-node']);

/** Node's own import as if written in `file`. */
export function importFrom(file: string): NodeImport {
  return new Script('(specifier, options) => import(specifier, options)', {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  }).runInThisContext() as NodeImport;
}

/** How the importer speaks to its surroundings. */
export interface ImporterParts {
  readonly folder: string;
  /** Loaded when the first local module is asked for. */
  readonly local: () => Promise<LocalModules>;
  readonly warn: (text: string) => void;
}

/**
 * The import of cells: local modules are loaded again after an edit, `npm:` names a package of the notebook's folder,
 * everything else is Node's own resolution from the notebook's folder.
 */
export function cellImporter({ folder, local, warn }: ImporterParts): Importer {
  const file = join(folder, 'notebook.mjs');
  const fromNotebook = importFrom(file);
  return async (specifier, options, asked = []) => {
    const written = String(specifier);
    const name = packagePath(written);
    const loaded = await load(name, options);
    refuseMissing(written, loaded, asked, warn);
    return loaded;
  };

  async function load(name: string, options: ImportCallOptions | undefined): Promise<Namespace> {
    if (/^(?:\.{0,2}\/|\.{1,2}$|file:)/.test(name)) {
      const modules = await local();
      const path = modules.resolve(name, folder, options);
      if (path !== null) return modules.load(path);
    }
    if (isShipped(name, file)) {
      const shipped = createRequire(import.meta.url).resolve(name);
      return (await import(pathToFileURL(shipped).href)) as Namespace;
    }
    try {
      return await fromNotebook(name, options);
    } catch (error) {
      throw await asMissingPackage(name, error);
    }
  }
}

/** `npm:@scope/name@1.2/path` → `@scope/name/path`; anything else stays. */
export function packagePath(specifier: string): string {
  const match = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)(?:@[^/]*)?(\/.*)?$/.exec(specifier);
  return match ? `${match[1] ?? ''}${match[2] ?? ''}` : specifier;
}

function isShipped(specifier: string, file: string): boolean {
  if (!SHIPPED.has(specifier)) return false;
  try {
    createRequire(file).resolve(specifier);
    return false;
  } catch {
    return true;
  }
}

function refuseMissing(
  specifier: string,
  loaded: Namespace,
  asked: readonly (readonly [string, boolean])[],
  warn: (text: string) => void
): void {
  for (const [name, isUsed] of asked) {
    if (name in loaded) continue;
    const text = `The module '${specifier}' has no export named '${name}'`;
    if (isUsed) throw new SyntaxError(text);
    // It may be a type, which has no value to import.
    warn(`${text}; if it is a type, write: import type { ${name} }.`);
  }
}

async function asMissingPackage(specifier: string, error: unknown): Promise<unknown> {
  const isBare = /^(?:@[\w.~-]+\/)?[\w.~-]+(?:\/|$)/.test(specifier) && !isBuiltin(specifier);
  const code: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null;
  const text = error instanceof Error ? error.message : '';
  if (!isBare || code !== 'ERR_MODULE_NOT_FOUND' || !text.includes('Cannot find package'))
    return error;
  const { wardbookError } = await import('@wardbook/protocol');
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  return wardbookError('KERNEL_PACKAGE_MISSING', { package: name }, { cause: error });
}
