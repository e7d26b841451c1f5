import { toSource, type PositionMap } from '../transform/edits.js';
import { offsetOf, placeOf, type Place } from '../transform/syntax-error.js';

/** What an evaluated text was made from. */
export interface EvaluatedSource {
  /** Text that V8 was given. */
  readonly code: string;
  /** Text that the person wrote. */
  readonly source: string;
  /** From `code` back to `source`, one after the other. */
  readonly maps: readonly PositionMap[];
  /** Line of `code`, from 1, from which on it is the kernel's own; left out when all of it is the person's. */
  readonly kernelFrom?: number;
}

/** Cells and modules by the name that stacks show; the latest text of a name counts. */
export class Sources {
  readonly #byName = new Map<string, EvaluatedSource>();

  /** Notes what runs under a name. */
  add(name: string, evaluated: EvaluatedSource): void {
    this.#byName.set(name, evaluated);
  }

  /** The text of a name; null for code that is no cell and no module of the notebook. */
  of(name: string): string | null {
    return this.#byName.get(name)?.source ?? null;
  }

  /** Whether the kernel put a line of what runs under a name there. */
  isKernelLine(name: string, line: number): boolean {
    return line >= (this.#byName.get(name)?.kernelFrom ?? Infinity);
  }

  /** Place in the text that the person wrote, of a place that V8 named. */
  placeOf(name: string, made: Place): Place {
    const evaluated = this.#byName.get(name);
    if (evaluated === undefined || evaluated.maps.length === 0) return made;
    const offset = offsetOf(evaluated.code, made);
    if (offset === null) return made;
    const source = evaluated.maps.reduce((at, map) => toSource(map, at), offset);
    return placeOf(evaluated.source, Math.min(source, evaluated.source.length));
  }
}
