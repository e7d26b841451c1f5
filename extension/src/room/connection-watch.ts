/** A connection that says nothing for so long, although something is due, is gone. */
const ANSWER_MS = 5_000;
/** A new one has longer: it has to be made, and to bring the whole notebook. */
const FIRST_ANSWER_MS = 15_000;
/** So long nobody says anything before the page asks. */
const IDLE_MS = 10_000;

/** What a watch tells its owner. */
export interface Watched {
  /** Ask the lab for something that it answers at once. */
  readonly probe: () => void;
  /** The connection is gone, whatever the socket says. */
  readonly lost: () => void;
}

/**
 * Finds out that a connection is dead: a socket over a network that went away stays open, and the lab's pings are
 * answered by the browser without a word to the page.
 */
export class ConnectionWatch {
  readonly #watched: Watched;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isDue = false;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** A socket is being opened. */
  begin(): void {
    this.#wait(FIRST_ANSWER_MS);
  }

  /** Something was sent that the lab answers. */
  expect(): void {
    if (!this.#isDue) this.#wait(ANSWER_MS);
  }

  /** The lab said something. @param isMoreDue whether an answer is still to come */
  heard(isMoreDue: boolean): void {
    if (isMoreDue) return this.#wait(ANSWER_MS);
    this.stop();
    this.#timer = setTimeout(() => {
      this.#wait(ANSWER_MS);
      this.#watched.probe();
    }, IDLE_MS);
  }

  /** There is no connection to watch. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isDue = false;
  }

  #wait(limitMs: number): void {
    this.stop();
    this.#isDue = true;
    this.#timer = setTimeout(() => {
      this.stop();
      this.#watched.lost();
    }, limitMs);
  }
}
