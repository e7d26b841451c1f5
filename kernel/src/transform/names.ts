/** V8 keeps these kinds of top-level names apart; a name stays in the one it was born in. */
export type NameFamily = 'let' | 'var';

/** Names of the realm that code outside of the cells relies on. */
const BUILT_IN = new Set(
  Object.getOwnPropertyNames(globalThis).filter(name => /^[A-Za-z]\w*$/.test(name))
);

/** The top-level names of a notebook as V8 knows them; one table for the life of a user process. */
export class CellNames {
  readonly #families = new Map<string, NameFamily>();
  readonly #constants = new Set<string>();
  readonly #renamed = new Set<string>();

  /** Forgets everything: a fresh user process knows no name. */
  clear(): void {
    this.#families.clear();
    this.#constants.clear();
    this.#renamed.clear();
  }

  /** Family in which V8 knows a name; null when it does not. */
  familyOf(name: string): NameFamily | null {
    return this.#families.get(name) ?? null;
  }

  /** Notes a declaration. A known name keeps its family. */
  declare(name: string, family: NameFamily, constant: boolean): void {
    if (!this.#families.has(name)) this.#families.set(name, family);
    if (constant) this.#constants.add(name);
    else this.#constants.delete(name);
    if (isBuiltIn(name)) this.#renamed.add(name);
  }

  /** Whether the latest declaration of a name forbids assignments. */
  isConstant(name: string): boolean {
    return this.#constants.has(name);
  }

  /**
   * The name in the code that runs: a cell's own `JSON` or `setTimeout` must not become that of every module of
   * the process, because the script scope of V8 is seen by all of them.
   */
  made(name: string): string {
    return this.#renamed.has(name) ? `${name}$cell` : name;
  }
}

/** Whether a name belongs to the realm. */
export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}

/** The name that a person wrote, of a name in the code that runs. */
export function writtenName(made: string): string {
  return made.replace(/\$cell$/, '');
}
