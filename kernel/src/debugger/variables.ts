import { writtenName } from '../transform/names.js';
import { countIn, fieldsOf, listOf, textIn, type Fields } from './dap.js';
import type { InspectorLink } from './inspector-link.js';
import { itemCount, remoteText, remoteType } from './remote-value.js';

/** What a reference stands for: the properties of objects. */
interface Holder {
  readonly objectIds: readonly string[];
  /** Expression that gives the object; '' when there is none. */
  readonly path: string;
  /** The names of the notebook only: what the realm and the kernel put there is left out. */
  readonly isNotebook: boolean;
  readonly items: number | null;
  /** Frame in which it was found; null outside of frames. */
  readonly frame: number | null;
}

/** Part of a long list that is wanted. */
export interface Page {
  readonly start: number;
  readonly count: number;
  readonly filter: string;
}

const REALM = new Set(Object.getOwnPropertyNames(globalThis));
const OWN = /^\$(?:mport|importMeta|magic|const|module)$/;
const MOST = 1_000;
/** Runs on the object: the part of its items or of its names that is wanted, as an object of its own. */
const SLICE = `function (start, count, indexed) {
  const made = Object.create(null);
  const names = indexed ? Array.from({ length: Math.max(0, Math.min(count, this.length - start)) }, (_, at) => String(start + at)) : Reflect.ownKeys(this).filter(name => typeof name === 'symbol' || !/^\\d+$/.test(name) || !('length' in this)).slice(start, start + count);
  for (const name of names) { const own = Object.getOwnPropertyDescriptor(this, name); if (own) Object.defineProperty(made, name, own); }
  return made;
}`;

/** Values by the numbers that a client knows them by; all are forgotten when user code goes on. */
export class Variables {
  readonly #holders = new Map<number, Holder>();
  #lastId = 0;

  /** Forgets all values. Numbers are not used twice. */
  clear(): void {
    this.#holders.clear();
  }

  /** A number for the variables of scopes. */
  refer(holder: Partial<Holder> & { readonly objectIds: readonly string[] }): number {
    this.#lastId += 1;
    this.#holders.set(this.#lastId, {
      ...{ path: '', isNotebook: false, items: null, frame: null },
      ...holder
    });
    return this.#lastId;
  }

  /** Frame, object and path of a number; null when it is not known any more. */
  holder(reference: number): Holder | null {
    return this.#holders.get(reference) ?? null;
  }

  /** DAP's Variables of a reference. @throws Error when it is not known any more */
  async of(reference: number, page: Page, link: InspectorLink): Promise<Fields[]> {
    const holder = this.#holders.get(reference);
    if (holder === undefined)
      throw new Error('User code has gone on: this value is not known any more.');
    if (!holder.isNotebook) {
      const [objectId = ''] = holder.objectIds;
      return this.#properties(await part(objectId, { holder, page }, link), holder, link);
    }
    const lists = await Promise.all(
      holder.objectIds.map(objectId => this.#properties(objectId, holder, link))
    );
    return lists.flat();
  }

  /** DAP's Variable of a value. */
  variable(
    name: string,
    remote: Fields,
    from: Pick<Holder, 'path' | 'isNotebook' | 'frame'>
  ): Fields {
    const objectId = textIn(remote, 'objectId');
    const items = itemCount(remote);
    const evaluateName = from.isNotebook || from.path === '' ? name : member(from.path, name);
    const isOpen = objectId !== '' && remote['type'] !== 'symbol';
    return {
      ...{
        name: writtenName(name),
        value: remoteText(remote),
        type: remoteType(remote),
        evaluateName
      },
      variablesReference: isOpen
        ? this.refer({ objectIds: [objectId], path: evaluateName, items, frame: from.frame })
        : 0,
      ...(items !== null && { indexedVariables: items, namedVariables: 0 })
    };
  }

  async #properties(objectId: string, holder: Holder, link: InspectorLink): Promise<Fields[]> {
    const answer = await link.post('Runtime.getProperties', {
      ...{ objectId, ownProperties: true, generatePreview: true }
    });
    const own = listOf(answer['result'])
      .filter(
        ({ name, enumerable }) =>
          !holder.isNotebook || (enumerable !== false && isOfNotebook(String(name)))
      )
      .slice(0, MOST)
      .map(property => this.#property(property, holder));
    if (holder.isNotebook) return own;
    // `[[Entries]]` of a map, `[[PromiseState]]`: they are no names of the language.
    const internal = listOf(answer['internalProperties'])
      .filter(({ name }) => /^\[\[(?:Entries|Promise|Prototype|Target|Bound)/.test(String(name)))
      .map(property => this.#property(property, { ...holder, path: '' }));
    return [...own.filter(({ name }) => name !== '__proto__'), ...internal];
  }

  #property(property: Fields, holder: Holder): Fields {
    const name = textIn(property, 'name');
    if ('value' in property)
      return listed(this.variable(name, fieldsOf(property['value']), holder));
    return { name, value: '(getter)', variablesReference: 0 };
  }
}

/**
 * A DAP Variable as lists of variables have it: a plain value without its type, because JupyterLab's tree shows the type
 * in place of the value where there is one.
 */
export function listed({ type, ...plain }: Fields): Fields {
  return plain['variablesReference'] === 0 ? plain : { ...plain, type };
}

/** What a variables request wants of a long list. */
export function pageOf(fields: Fields): Page {
  const count = countIn(fields, 'count') ?? 0;
  return {
    start: countIn(fields, 'start') ?? 0,
    count: count === 0 ? MOST : Math.min(count, MOST),
    filter: textIn(fields, 'filter')
  };
}

/** Whether a name belongs to the notebook, not to the realm and not to the kernel. */
export function isOfNotebook(name: string): boolean {
  return !REALM.has(name) && !OWN.test(name) && !/^[^$\p{L}_]/u.test(name);
}

/** The object itself, or an object with a part of it when it is long. */
async function part(
  objectId: string,
  { holder, page }: { readonly holder: Holder; readonly page: Page },
  link: InspectorLink
): Promise<string> {
  const isWhole = page.start === 0 && page.filter === '' && (holder.items ?? 0) <= MOST;
  if (isWhole || holder.items === null) return objectId;
  const answer = await link.post('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: SLICE,
    arguments: [page.start, page.count, page.filter !== 'named'].map(value => ({ value })),
    silent: true
  });
  return textIn(fieldsOf(answer['result']), 'objectId');
}

function member(path: string, name: string): string {
  if (/^[$\p{L}_][$\p{L}\p{N}_]*$/u.test(name)) return `${path}.${name}`;
  return `${path}[${/^\d+$/.test(name) ? name : JSON.stringify(name)}]`;
}
