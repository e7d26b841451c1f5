import type { HospitalId, RunEnd } from '@wardbook/protocol';

const TELL_MS = 50;

/**
 * Tells hospitals which runs have ended, those of a moment in one message: nobody waits for it. A hospital that is away,
 * or a coordinator that is killed before, loses nothing: every greeting names the runs that are open.
 */
export class RunEnds {
  readonly #send: (hospital: HospitalId, message: RunEnd) => void;
  readonly #waiting = new Map<HospitalId, RunEnd['runs']>();

  /** @param send sends to a hospital when it is connected */
  constructor(send: (hospital: HospitalId, message: RunEnd) => void) {
    this.#send = send;
  }

  /** A run has ended; its hospitals hear of it within 50 ms. */
  add(hospitals: readonly HospitalId[], end: RunEnd['runs'][number]): void {
    if (this.#waiting.size === 0) setTimeout(() => this.#tell(), TELL_MS).unref();
    for (const hospital of hospitals)
      this.#waiting.set(hospital, [...(this.#waiting.get(hospital) ?? []), end]);
  }

  #tell(): void {
    // One message for hospitals with the same ends is packed and signed once.
    const messages = new Map<string, RunEnd>();
    for (const [hospital, runs] of this.#waiting) {
      const key = runs.map(({ run }) => run).join();
      const message = messages.get(key) ?? { type: 'run-end', runs };
      this.#send(hospital, messages.set(key, message).get(key) ?? message);
    }
    this.#waiting.clear();
  }
}
