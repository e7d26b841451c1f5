/** Signatures that are remembered, in each of two generations. */
const GENERATION = 8_192;

/** Recent signatures: a message that somebody records and sends again is not answered. */
export class SeenSignatures {
  #young = new Set<string>();
  #old = new Set<string>();

  /** Remembers a signature; false when it was seen before. */
  add(signature: string): boolean {
    if (this.#young.has(signature) || this.#old.has(signature)) return false;
    this.#young.add(signature);
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    return true;
  }
}
