import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { toMade } from '../transform/edits.js';
import { placeOf, type Place } from '../transform/syntax-error.js';
import { Sources, type EvaluatedSource } from '../user/sources.js';
import type { LocalModule } from './local-module.js';
import { murmur2 } from './murmur2.js';

/** Seed of the hashes of cells. */
export const HASH_SEED = 0xc0de;
/** End of a cell's path. */
export const PATH_SUFFIX = '.ts';

/**
 * Cells and local modules by the two names they have: that of V8's script, and the path by which a debugger's client
 * knows their text, which for a cell is made of the text.
 */
export class CellScripts {
  /** Start of a cell's path; no file is written there. */
  readonly prefix = join(tmpdir(), `wardbook-cells-${process.pid}`) + sep;
  readonly #dumped = new Map<string, string>();
  readonly #byName = new Map<string, EvaluatedSource>();
  readonly #pathByName = new Map<string, string>();
  readonly #sources = new Sources();

  /** Path of a cell: the same for the same text. */
  pathOf(source: string): string {
    return `${this.prefix}${murmur2(source, HASH_SEED)}${PATH_SUFFIX}`;
  }

  /** Takes the text of a cell that may run later; its path. */
  dump(source: string): string {
    const path = this.pathOf(source);
    this.#dumped.set(path, source);
    return path;
  }

  /** Notes that a cell runs under a name. */
  add(name: string, evaluated: EvaluatedSource): void {
    this.#byName.set(name, evaluated);
    this.#sources.add(name, evaluated);
    this.#pathByName.delete(name);
  }

  /** Notes the text of a file, a module under one name or several; whether it is another one than before. */
  addModule(path: string, names: readonly LocalModule[]): boolean {
    const before = this.#dumped.get(path);
    for (const module of names) {
      this.add(module.url, module);
      this.#pathByName.set(module.url, path);
      this.#dumped.set(path, module.source);
    }
    return this.#dumped.get(path) !== before;
  }

  /** Whether a path is that of a cell. */
  isCell(path: string): boolean {
    return path.startsWith(this.prefix);
  }

  /** Whether V8's script is a cell, or a module whose text is known. */
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Path of the cell or module that runs under a name; null for other scripts. */
  pathOfName(name: string): string | null {
    const evaluated = this.#byName.get(name);
    if (evaluated === undefined) return null;
    const known = this.#pathByName.get(name) ?? this.dump(evaluated.source);
    this.#pathByName.set(name, known);
    return known;
  }

  /** Names of the cells that ran with the text of a path, or of the module there. */
  namesOf(path: string): string[] {
    return [...this.#byName.keys()].filter(name => this.pathOfName(name) === path);
  }

  /** Text of a path; null when no cell with it was dumped or ran, and no module of it is known. */
  textOf(path: string): string | null {
    if (!this.#dumped.has(path)) this.namesOf(path);
    return this.#dumped.get(path) ?? null;
  }

  /** Text of the cell or module that runs under a name. */
  textOfName(name: string): string {
    return this.#byName.get(name)?.source ?? '';
  }

  /** Place in V8's script of an offset of a cell's text. */
  madePlace(name: string, offset: number): Place {
    const evaluated = this.#byName.get(name);
    if (evaluated === undefined) return { line: 1, column: 1 };
    const { code, maps } = evaluated;
    return placeOf(
      code,
      maps.reduceRight((at, map) => toMade(map, at), offset)
    );
  }

  /** Place in the cell's text of a place of V8's script; null behind the end of the cell. */
  sourcePlace(name: string, made: Place): Place | null {
    const evaluated = this.#byName.get(name);
    if (evaluated === undefined) return made;
    if (made.line > evaluated.code.split('\n').length) return null;
    return this.#sources.placeOf(name, made);
  }
}
