const STOP = 0;
const HEARD = 1;
const NEXT_ENDED = 2;
const RUNNING = 3;
const MOST_RUNNING = 64;
const ENDED = RUNNING + MOST_RUNNING;
const ENDED_KEPT = 64;

/** The line on the pipe of interrupts that opens the pipe of the debugger. No cell has this id: it is no msg_id. */
export const DEBUG = '!debug';
const IDLE = 0;
const ASKED = 1;
const AGREED = 2;

/** Bytes that both threads share. */
export const RUNNING_CELLS_BYTES = (ENDED + ENDED_KEPT) * 4;

/** Which cells the thread of user code is at, seen by the interrupt thread; several when some of them await. */
export class RunningCells {
  readonly #shared: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#shared = new Int32Array(buffer);
  }

  /** User code of a cell begins. Thread of user code. */
  begin(id: string): void {
    this.#replace(0, hash(id));
  }

  /** The cell is over. Thread of user code. */
  end(id: string): void {
    const at = Atomics.add(this.#shared, NEXT_ENDED, 1) % ENDED_KEPT;
    Atomics.store(this.#shared, ENDED + at, hash(id));
    this.#replace(hash(id), 0);
  }

  /** Puts the question of a stop; {@link answer} waits for it. Interrupt thread. */
  ask(): void {
    Atomics.store(this.#shared, STOP, ASKED);
  }

  /** Waits until the question is answered; after `limitMs` it does not stand any more. Interrupt thread. */
  answer(limitMs: number): 'agreed' | 'refused' {
    Atomics.wait(this.#shared, STOP, ASKED, limitMs);
    return Atomics.compareExchange(this.#shared, STOP, ASKED, IDLE) === AGREED
      ? 'agreed'
      : 'refused';
  }

  /** The stop is on its way to V8. Interrupt thread. */
  sent(): void {
    Atomics.store(this.#shared, STOP, IDLE);
    Atomics.notify(this.#shared, STOP);
  }

  /** Answers the question, and waits until the stop is on its way, so that no code runs in between. */
  agree(limitMs: number): void {
    if (Atomics.compareExchange(this.#shared, STOP, ASKED, AGREED) !== ASKED) return;
    Atomics.notify(this.#shared, STOP);
    Atomics.wait(this.#shared, STOP, AGREED, limitMs);
  }

  /** Answers that nothing is to be stopped. */
  refuse(): void {
    Atomics.compareExchange(this.#shared, STOP, ASKED, IDLE);
    Atomics.notify(this.#shared, STOP);
  }

  /** The thread of user code answers: it is not in a loop. */
  hear(): void {
    Atomics.add(this.#shared, HEARD, 1);
    Atomics.notify(this.#shared, HEARD);
  }

  /** Waits until it answered more often than `count` times, no longer than `limitMs`. Interrupt thread. */
  waitHeard(count: number, limitMs: number): void {
    Atomics.wait(this.#shared, HEARD, count, limitMs);
  }

  /** How often the thread of user code has answered. */
  get heard(): number {
    return Atomics.load(this.#shared, HEARD);
  }

  /** Where a cell is. */
  stageOf(id: string): 'waiting' | 'running' | 'ended' {
    const wanted = hash(id);
    const has = (from: number, places: number) => this.#find(from, places, wanted) >= 0;
    if (has(RUNNING, MOST_RUNNING)) return 'running';
    return has(ENDED, ENDED_KEPT) ? 'ended' : 'waiting';
  }

  #replace(from: number, to: number): void {
    const at = this.#find(RUNNING, MOST_RUNNING, from);
    if (at >= 0) Atomics.store(this.#shared, at, to);
  }

  #find(from: number, places: number, wanted: number): number {
    for (let at = from; at < from + places; at += 1)
      if (Atomics.load(this.#shared, at) === wanted) return at;
    return -1;
  }
}

/** FNV-1a; never 0, which marks a free place. */
function hash(id: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1)
    value = Math.imul(value ^ id.charCodeAt(at), 0x01000193);
  return value === 0 ? 1 : value;
}
