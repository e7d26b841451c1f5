import type { CellScripts } from './cell-scripts.js';
import { countIn, fieldsOf, listOf, textIn, type Fields } from './dap.js';
import type { InspectorLink } from './inspector-link.js';
import { stopPlaces } from './stop-places.js';

interface Breakpoint {
  readonly id: number;
  /** Line where it was put, from 1. */
  readonly line: number;
  /** UTF-16 offset at which it stops; null when nothing runs at or after its line. */
  readonly offset: number | null;
  readonly condition: string;
}

/** Breakpoints by path. They are kept while V8 comes and goes, and set in every script that runs with a path's text. */
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
    await this.#clear(path, link);
    const text = this.#scripts.textOf(path);
    const places = text === null ? [] : stopPlaces(text);
    const points = wanted.map(one => {
      const line = countIn(one, 'line') ?? 0;
      const place = places.find(candidate => candidate.line >= line);
      this.#lastId += 1;
      return {
        ...{ id: this.#lastId, condition: textIn(one, 'condition') },
        ...{ line: place?.line ?? line, offset: place?.offset ?? null }
      };
    });
    if (points.length > 0) this.#byPath.set(path, points);
    for (const name of this.#scripts.namesOf(path)) await this.arm(name, link);
    return points.map(point => shown(path, point));
  }

  /** Sets the breakpoints of the cell that runs, or is about to run, under a name. */
  async arm(name: string, link: InspectorLink): Promise<void> {
    const path = this.#scripts.pathOfName(name);
    if (path === null) return;
    const points = this.#byPath.get(path) ?? [];
    await Promise.all(points.map(point => this.#arm(name, { path, point }, link)));
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
      breakpoints: points.map(point => shown(source, point))
    }));
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
        ...{ url: name, lineNumber: line - 1, columnNumber: column - 1 },
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

function shown(path: string, { id, line, offset }: Breakpoint): Fields {
  const verified = offset !== null;
  return {
    ...{ id, verified, line, source: { path } },
    ...(!verified && { message: 'Nothing runs at this line.' })
  };
}

/** The breakpoints of a setBreakpoints request, in either of DAP's two forms. */
export function wantedBreakpoints(fields: Fields): Fields[] {
  const points = listOf(fields['breakpoints']);
  if (points.length > 0 || !Array.isArray(fields['lines'])) return points;
  return fields['lines'].map((line: unknown) => ({ line }));
}
