interface Limit {
  leftMs: number;
  timer: NodeJS.Timeout | null;
  startedAt: number;
  readonly passed: () => void;
}

/** Limits of time whose clocks stand still together, while the debugger holds what they measure. */
export class TimeLimits {
  readonly #limits = new Set<Limit>();
  #isHeld = false;

  /**
   * Starts a clock.
   *
   * @param passed called once, when it has run for `limitMs` without the time that it was held
   * @returns ends the clock
   */
  start(limitMs: number, passed: () => void): () => void {
    const limit: Limit = { leftMs: limitMs, timer: null, startedAt: 0, passed };
    this.#limits.add(limit);
    if (!this.#isHeld) this.#run(limit);
    return () => {
      this.#limits.delete(limit);
      if (limit.timer !== null) clearTimeout(limit.timer);
    };
  }

  /** Stops all clocks, or lets them go on where they stopped. */
  hold(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    for (const limit of this.#limits) {
      if (isHeld) stop(limit);
      else this.#run(limit);
    }
  }

  #run(limit: Limit): void {
    limit.startedAt = performance.now();
    limit.timer = setTimeout(() => {
      this.#limits.delete(limit);
      limit.passed();
    }, limit.leftMs);
  }
}

function stop(limit: Limit): void {
  if (limit.timer === null) return;
  clearTimeout(limit.timer);
  limit.timer = null;
  limit.leftMs = Math.max(0, limit.leftMs - (performance.now() - limit.startedAt));
}
