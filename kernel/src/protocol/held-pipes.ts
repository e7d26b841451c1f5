import type { Readable } from 'node:stream';

/**
 * Pipes of user code that are left unread while the readers of its outputs are behind: what writes to them is slowed
 * down to their speed. Whoever is blocked in a write cannot be interrupted, so that an interrupt lets it go on.
 */
export class HeldPipes {
  readonly #pipes: readonly Readable[];
  #isHeld = false;
  #isFree = false;
  #isStill = false;
  #timer: NodeJS.Timeout | null = null;

  /** @param pipes in the order in which they go on */
  constructor(pipes: readonly Readable[]) {
    this.#pipes = pipes;
  }

  /** Leaves the pipes unread, or reads them again. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#apply();
  }

  /** Reads the pipes for so long, whoever is behind. */
  free(limitMs: number): void {
    this.#setFree(true);
    this.#timer = setTimeout(() => this.#setFree(false), limitMs).unref();
  }

  /** Reads the pipes to their end. */
  end(): void {
    this.#setFree(true);
  }

  #setFree(isFree: boolean): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isFree = isFree;
    this.#apply();
  }

  #apply(): void {
    const isStill = this.#isHeld && !this.#isFree;
    if (isStill === this.#isStill) return;
    this.#isStill = isStill;
    for (const pipe of this.#pipes) {
      if (isStill) pipe.pause();
      else pipe.resume();
    }
  }
}
