import type { CellScripts } from './cell-scripts.js';
import { countIn, fieldsOf, listOf, textIn, type Fields } from './dap.js';
import { pathOfUrl } from './frames.js';
import type { InspectorLink } from './inspector-link.js';
import { localModules } from './local-module.js';
import { stopPlaces } from './stop-places.js';

interface Breakpoint {
  readonly id: number;
  /** Line where it was put, from 1. */
  readonly line: number;
  /** UTF-16 offset at which it stops; null when nothing runs at or after its line. */
  readonly offset: number | null;
  readonly condition: string;
}

/** Breakpoints by path. They are kept while V8 comes and goes, and set in every script that runs with a path's text: cells, and modules of files. */
export class Breakpoints {
  readonly #scripts: CellScripts;
  readonly #byPath = new Map<string, readonly Breakpoint[]>();
  readonly #set = new Map<string, { readonly path: string; readonly id: number }>();
  #lastId = 0;

  constructor(scripts: CellScripts) {
    this.#scripts = scripts;
  }

  /**
   * Replaces the breakpoints of a path.
   *
   * @param wanted DAP's SourceBreakpoints
   * @returns DAP's Breakpoints, in the same order; each has moved to the next line that runs
   */
  async replace(path: string, wanted: readonly Fields[], link: InspectorLink): Promise<Fields[]> {
    this.#read(path);
    const points = wanted.map(one => {
      this.#lastId += 1;
      const condition = textIn(one, 'condition');
      return { id: this.#lastId, condition, line: countIn(one, 'line') ?? 0, offset: null };
    });
    const placed = await this.#place(path, points, link);
    const isKnown = this.#scripts.textOf(path) !== null;
    return placed.map(point => shown(path, point, isKnown));
  }

  /** Sets the breakpoints of the cell that runs, or is about to run, under a name. */
  async arm(name: string, link: InspectorLink): Promise<void> {
    const path = this.#scripts.pathOfName(name);
    if (path === null) return;
    const points = this.#byPath.get(path) ?? [];
    await Promise.all(points.map(point => this.#arm(name, { path, point }, link)));
  }

  /** Sets the breakpoints of modules, also of those that are not imported yet. */
  async armModules(link: InspectorLink): Promise<void> {
    for (const path of this.#modules)
      for (const name of this.#scripts.namesOf(path)) await this.arm(name, link);
  }

  /** Notes the text of a module that V8 has taken, which a cell may have written just before. */
  async moduleParsed(url: string, link: InspectorLink): Promise<void> {
    const path = this.#scripts.pathOfName(url) ?? pathOfUrl(url);
    const points = this.#byPath.get(path);
    if (this.#read(path) && points !== undefined) await this.#place(path, points, link);
  }

  /** Sets the breakpoints of modules anew whose files were edited: their next import runs the text of now. */
  async followEdits(link: InspectorLink): Promise<void> {
    for (const path of this.#modules)
      if (this.#read(path)) await this.#place(path, this.#byPath.get(path) ?? [], link);
  }

  /** Forgets what V8 knows; the breakpoints stay. */
  disarmed(): void {
    this.#set.clear();
  }

  /** Numbers of the breakpoints that V8 names. */
  idsOf(v8Ids: readonly string[]): number[] {
    return v8Ids.flatMap(id => this.#set.get(id)?.id ?? []);
  }

  /** All breakpoints, as debugInfo tells them. */
  get all(): Fields[] {
    return [...this.#byPath].map(([source, points]) => ({
      source,
      breakpoints: points.map(point => shown(source, point, true))
    }));
  }

  get #modules(): string[] {
    return [...this.#byPath.keys()].filter(path => !this.#scripts.isCell(path));
  }

  /** Reads the file of a path that is no cell; whether its text is another one than before. */
  #read(path: string): boolean {
    return !this.#scripts.isCell(path) && this.#scripts.addModule(path, localModules(path));
  }

  /** Sets breakpoints at the lines that run, in place of those that the path had. */
  async #place(
    path: string,
    points: readonly Breakpoint[],
    link: InspectorLink
  ): Promise<readonly Breakpoint[]> {
    await this.#clear(path, link);
    const text = this.#scripts.textOf(path);
    const places = text === null ? [] : stopPlaces(text);
    const placed = points.map(point => {
      const place = places.find(({ line }) => line >= point.line);
      return { ...point, line: place?.line ?? point.line, offset: place?.offset ?? null };
    });
    if (placed.length > 0) this.#byPath.set(path, placed);
    for (const name of this.#scripts.namesOf(path)) await this.arm(name, link);
    return placed;
  }

  async #arm(
    name: string,
    { path, point }: { readonly path: string; readonly point: Breakpoint },
    link: InspectorLink
  ): Promise<void> {
    if (point.offset === null) return;
    const { line, column } = this.#scripts.madePlace(name, point.offset);
    const answer = await link
      .post('Debugger.setBreakpointByUrl', {
        ...{ ...scriptOf(name), lineNumber: line - 1, columnNumber: column - 1 },
        ...(point.condition !== '' && { condition: point.condition })
      })
      // Two lines of a cell may stop at one place: V8 refuses the second.
      .catch(() => fieldsOf(null));
    const id = textIn(answer, 'breakpointId');
    if (id !== '') this.#set.set(id, { path, id: point.id });
  }

  async #clear(path: string, link: InspectorLink): Promise<void> {
    this.#byPath.delete(path);
    const ids = [...this.#set].filter(([, set]) => set.path === path).map(([id]) => id);
    for (const breakpointId of ids) {
      this.#set.delete(breakpointId);
      await link.post('Debugger.removeBreakpoint', { breakpointId }).catch(() => undefined);
    }
  }
}

/**
 * How V8 is told of a script. By its url, V8 would look in a module that is loaded again for the text that stood at the
 * breakpoint in the module as it was before.
 */
function scriptOf(name: string): Fields {
  if (!name.startsWith('file:')) return { url: name };
  return { urlRegex: `^${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$` };
}

function shown(path: string, { id, line, offset }: Breakpoint, isKnown: boolean): Fields {
  const verified = offset !== null;
  const message = isKnown
    ? 'Nothing runs at this line.'
    : 'Breakpoints are set in cells and in modules of your own that parse.';
  return {
    ...{ id, verified, line, source: { path } },
    ...(!verified && { message })
  };
}

/** The breakpoints of a setBreakpoints request, in either of DAP's two forms. */
export function wantedBreakpoints(fields: Fields): Fields[] {
  const points = listOf(fields['breakpoints']);
  if (points.length > 0 || !Array.isArray(fields['lines'])) return points;
  return fields['lines'].map((line: unknown) => ({ line }));
}
