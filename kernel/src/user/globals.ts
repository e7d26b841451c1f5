import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { Script, constants } from 'node:vm';
import { randomUUID } from 'node:crypto';
import { IMPORT } from '../transform/cell.js';
import { builders, where } from './builders.js';
import type { UserComms } from './comms.js';
import type { CallError, FromUser } from './messages.js';
import { mimeOf, type MimeBundle } from './mime.js';
import { studyHandle, type Caller } from './study.js';

/** What user code may ask of the protocol process. */
export interface Bridge extends Caller {
  readonly send: (message: FromUser) => void;
  readonly cell: () => string;
  readonly flush: () => void;
  readonly comms: UserComms;
  readonly prompt: (text: string, password: boolean) => Promise<string>;
}

/** An error of the product in user code: `code`, `message`, `mend`. */
export class WardbookCellError extends Error {
  readonly code: string;
  readonly mend: string;
  constructor({ code, message, mend }: CallError) {
    super(message);
    this.name = 'WardbookError';
    this.code = code;
    this.mend = mend;
  }
}

type Importer = (specifier: string, options?: ImportCallOptions) => Promise<unknown>;

// Packages that come with the kernel; one in the notebook's own folder goes first.
const SHIPPED = new Set(['danfojs-node']);

function isShipped(specifier: string, file: string): boolean {
  if (!SHIPPED.has(specifier)) return false;
  try {
    createRequire(file).resolve(specifier);
    return false;
  } catch {
    return true;
  }
}

/** Puts the names every cell may use on `globalThis`. */
export function installGlobals(bridge: Bridge): void {
  const file = join(process.cwd(), 'notebook.mjs');
  const fromNotebook = new Script('(specifier, options) => import(specifier, options)', {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  }).runInThisContext() as Importer;
  const importer: Importer = (specifier, options) =>
    isShipped(specifier, file)
      ? import(pathToFileURL(createRequire(import.meta.url).resolve(specifier)).href)
      : fromNotebook(specifier, options);
  const names: Record<string, unknown> = {
    [IMPORT]: importer,
    require: createRequire(file),
    display: (value: unknown, options: { displayId?: string } = {}) =>
      show(bridge, value, options.displayId ?? randomUUID(), false),
    updateDisplay: (value: unknown, displayId: string) => show(bridge, value, displayId, true),
    clearOutput: (options: { wait?: boolean } = {}) => {
      bridge.flush();
      bridge.send({ type: 'clear', cell: bridge.cell(), wait: options.wait === true });
    },
    prompt: (text = '', options: { password?: boolean } = {}) =>
      bridge.prompt(text, options.password === true),
    html: (text: string) => ({
      [Symbol.for('Jupyter.display')]: () => ({ 'text/html': text, 'text/plain': text })
    }),
    markdown: (text: string) => ({
      [Symbol.for('Jupyter.display')]: () => ({ 'text/markdown': text, 'text/plain': text })
    }),
    vegaLite: (spec: unknown) => ({
      [Symbol.for('Jupyter.display')]: () => ({
        'application/vnd.vegalite.v5+json': spec,
        'text/plain': 'Vega-Lite figure'
      })
    }),
    study: (id: string) => studyHandle(bridge, id),
    comms: bridge.comms,
    where,
    ...builders
  };
  for (const [name, value] of Object.entries(names))
    Object.defineProperty(globalThis, name, {
      value,
      configurable: true,
      writable: true,
      enumerable: false
    });
}

async function show(
  bridge: Bridge,
  value: unknown,
  displayId: string,
  update: boolean
): Promise<string> {
  const cell = bridge.cell();
  const bundle: MimeBundle = await mimeOf(value);
  bridge.flush();
  bridge.send({ type: 'display', cell, bundle, displayId, update });
  return displayId;
}
