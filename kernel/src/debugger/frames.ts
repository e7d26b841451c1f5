import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CellScripts } from './cell-scripts.js';
import { fieldsOf, listOf, textIn, type Fields } from './dap.js';
import type { Variables } from './variables.js';

/** A frame of the stack as V8 tells it, and where it is in what the person wrote. */
export interface Frame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly url: string;
  /** Path by which the client knows its source. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly scopeChain: readonly Fields[];
  /** Whether it is code of the notebook: a cell, or a module in its folder. */
  readonly isUser: boolean;
}

const KERNEL = new URL('..', import.meta.url).href;
const SCOPES: Readonly<Record<string, string>> = {
  local: 'Local',
  block: 'Block',
  closure: 'Closure',
  catch: 'Catch',
  module: 'Module',
  eval: 'Eval',
  with: 'With'
};

/** Frames of V8's call stack; `urls` are the names of its scripts by id. */
export function framesOf(
  callFrames: readonly Fields[],
  { urls, scripts }: { readonly urls: ReadonlyMap<string, string>; readonly scripts: CellScripts }
): Frame[] {
  return callFrames.map(one => {
    const location = fieldsOf(one['location']);
    const url = urls.get(textIn(location, 'scriptId')) ?? '';
    const made = {
      line: Number(location['lineNumber']) + 1,
      column: Number(location['columnNumber'] ?? 0) + 1
    };
    const place = scripts.sourcePlace(url, made);
    return {
      ...{ url, path: scripts.pathOfName(url) ?? pathOfUrl(url), ...(place ?? made) },
      callFrameId: textIn(one, 'callFrameId'),
      functionName: textIn(one, 'functionName'),
      scopeChain: listOf(one['scopeChain']),
      isUser: scripts.has(url) ? place !== null : isLocalModule(url)
    };
  });
}

/** Whether a script is neither node's nor the kernel's. */
export function isShown(url: string): boolean {
  return url !== '' && !url.startsWith('node:') && !url.startsWith(KERNEL);
}

/** Whether a script is a module of the person's own: TypeScript anywhere, or a file of the notebook's folder; none of a package. */
export function isLocalModule(url: string): boolean {
  if (!url.startsWith('file:') || url.includes('/node_modules/') || url.startsWith(KERNEL))
    return false;
  const path = pathOfUrl(url);
  return /\.m?ts$/.test(path) || !relative(process.cwd(), path).startsWith('..');
}

/** Path of a script's file; its name when it has none. */
export function pathOfUrl(url: string): string {
  try {
    return url.startsWith('file:') ? fileURLToPath(new URL(url.split('?')[0] ?? url)) : url;
  } catch {
    return url;
  }
}

/** DAP's StackFrame. */
export function shownFrame(id: number, frame: Frame): Fields {
  const { path, line, column, functionName, url, isUser } = frame;
  return {
    ...{ id, line, column },
    name: functionName === '' ? url.split('/').at(-1) : functionName,
    source: { name: url.split('/').at(-1), path },
    ...(!isUser && { presentationHint: 'subtle' })
  };
}

/** DAP's Scopes of a frame; the top-level names of the notebook are one of them. */
export function scopesOf(index: number, frame: Frame, variables: Variables): Fields[] {
  const own: Fields[] = [];
  const notebook: string[] = [];
  for (const scope of frame.scopeChain) {
    const type = textIn(scope, 'type');
    const objectId = textIn(fieldsOf(scope['object']), 'objectId');
    if (type === 'script' || type === 'global') notebook.push(objectId);
    else
      own.push({
        ...{ name: nameOf(scope), expensive: false },
        presentationHint: type === 'local' ? 'locals' : undefined,
        variablesReference: variables.refer({ objectIds: [objectId], frame: index })
      });
  }
  const reference = variables.refer({ objectIds: notebook, isNotebook: true, frame: index });
  return [...own, { name: 'Notebook', variablesReference: reference, expensive: false }];
}

function nameOf(scope: Fields): string {
  const name = SCOPES[textIn(scope, 'type')] ?? 'Scope';
  const owner = textIn(scope, 'name');
  return name === 'Closure' && owner !== '' ? `${name} (${owner})` : name;
}
