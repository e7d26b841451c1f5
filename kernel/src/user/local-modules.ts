import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SourceTextModule, SyntheticModule, type Module } from 'node:vm';
import { importFrom } from './importer.js';
import { moduleCode } from './module-code.js';
import type { Sources } from './sources.js';

interface Entry {
  readonly path: string;
  readonly text: string;
  readonly module: Module;
  /** Paths of the local modules that it imports. */
  readonly imports: Set<string>;
}

type Namespace = Readonly<Record<string, unknown>>;
type Attributes = Readonly<Record<string, unknown>> | undefined;

const MODULES = new Set(['.ts', '.mts', '.js', '.mjs', '.json']);
const ENDINGS = ['', '.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js'];

/** Modules of the notebook's own folder: TypeScript as it is, loaded again after an edit of them or of what they import. */
export class LocalModules {
  readonly #sources: Sources;
  readonly #entries = new Map<string, Entry>();
  #linking: Promise<unknown> = Promise.resolve();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Path of a local module; null for what Node resolves: packages, built-in modules, CommonJS. */
  resolve(
    specifier: string,
    folder: string,
    options: { readonly with?: Attributes } = {}
  ): string | null {
    const path = pathOf(specifier, folder);
    if (path === null) return null;
    const found = candidates(path).find(candidate => isFile(candidate));
    if (found === undefined || !MODULES.has(extname(found))) return null;
    // Node says what is wrong with a JSON import that does not name its type.
    if (extname(found) === '.json') return options.with?.['type'] === 'json' ? found : null;
    return extname(found) === '.js' && isCommonJs(readFileSync(found, 'utf8')) ? null : found;
  }

  /** The exports of a local module. @throws SyntaxError with the place, or what the module throws */
  async load(path: string): Promise<Namespace> {
    const linked = this.#linking.then(() => this.#link(path));
    this.#linking = linked.catch(() => undefined);
    const { module } = await linked;
    await module.evaluate();
    return module.namespace as Namespace;
  }

  async #link(path: string): Promise<Entry> {
    this.#forgetStale();
    const entry = this.#entry(path);
    try {
      if (entry.module.status === 'unlinked')
        await entry.module.link((specifier, from, { attributes }) =>
          this.#linked(specifier, from.identifier, attributes)
        );
      return entry;
    } catch (error) {
      for (const [name, { module }] of this.#entries)
        if (module.status !== 'evaluated' && module.status !== 'linked') this.#entries.delete(name);
      throw error;
    }
  }

  async #linked(specifier: string, from: string, attributes: Attributes): Promise<Module> {
    const file = fileURLToPath(from);
    const path = this.resolve(specifier, dirname(file), { with: attributes });
    if (path === null) return external(specifier, file, attributes);
    this.#entries.get(file)?.imports.add(path);
    return this.#entry(path).module;
  }

  #entry(path: string): Entry {
    const known = this.#entries.get(path);
    if (known) return known;
    const text = readFileSync(path, 'utf8');
    const module = extname(path) === '.json' ? json(path, text) : this.#compile(path, text);
    const entry = { path, text, module, imports: new Set<string>() };
    this.#entries.set(path, entry);
    return entry;
  }

  #compile(path: string, text: string): Module {
    const url = pathToFileURL(path).href;
    const { code, maps } = moduleCode(text, path);
    this.#sources.add(url, { code, source: text, maps });
    return new SourceTextModule(code, {
      identifier: url,
      initializeImportMeta: meta => {
        Object.assign(meta, { url, filename: path, dirname: dirname(path) });
      },
      importModuleDynamically: async (specifier, _module, attributes) => {
        const inner = this.resolve(specifier, dirname(path), { with: attributes });
        return (inner === null
          ? importFrom(path)(specifier, { with: attributes as Record<string, string> })
          : this.load(inner)) as unknown as Promise<Module>;
      }
    });
  }

  /** Forgets modules whose file changed, those that failed, and those that import one of them. */
  #forgetStale(): void {
    const stale = new Set<string>();
    for (const [path, { text, module }] of this.#entries)
      if (module.status === 'errored' || readOrNull(path) !== text) stale.add(path);
    for (let before = -1; before !== stale.size;) {
      before = stale.size;
      for (const [path, { imports }] of this.#entries)
        if ([...imports].some(one => stale.has(one))) stale.add(path);
    }
    for (const path of stale) this.#entries.delete(path);
  }
}

function pathOf(specifier: string, folder: string): string | null {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier);
  if (/^\.{1,2}(?:\/|$)/.test(specifier)) return join(folder, specifier);
  return specifier.startsWith('/') ? resolve(specifier) : null;
}

/** `./a.js` may be written for `./a.ts`, and `./a` for either. */
function candidates(path: string): string[] {
  const asTypeScript = path.replace(/\.([mc]?)js$/, '.$1ts');
  return [...ENDINGS.map(ending => path + ending), asTypeScript];
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function isCommonJs(text: string): boolean {
  return !/^\s*(?:import\b|export\b)/m.test(text);
}

function json(path: string, text: string): Module {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${path}: ${error instanceof Error ? error.message : 'no JSON'}`);
  }
  return synthetic({ default: value }, pathToFileURL(path).href);
}

async function external(specifier: string, file: string, attributes: Attributes): Promise<Module> {
  const loaded = await importFrom(file)(specifier, {
    with: attributes as Record<string, string>
  });
  return synthetic(loaded, specifier);
}

function synthetic(values: Namespace, identifier: string): Module {
  const names = Object.keys(values);
  return new SyntheticModule(
    names,
    function () {
      for (const name of names) this.setExport(name, values[name]);
    },
    { identifier }
  );
}
