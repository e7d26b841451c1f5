import { setImmediate as turn, setTimeout as after } from 'node:timers/promises';

/** A message as it is handed to ZeroMQ. */
export type Frames = readonly (Buffer | string)[];

/** What a publisher needs of its socket. */
export interface PublishingSocket {
  /** Whether a message that one subscriber has no room for is refused as a whole, and not dropped for that one. */
  noDrop: boolean;
  readonly closed: boolean;
  send(frames: (Buffer | string)[]): Promise<void>;
}

/** How much is kept for subscribers that do not read. */
export interface PublishLimits {
  /** From so much on that waits, whoever makes it is asked to stop, bytes. */
  readonly highBytes: number;
  /** At so much they may go on, bytes. */
  readonly lowBytes: number;
  /** A subscriber that takes nothing for so long while others wait is left behind, ms … */
  readonly silentMs: number;
  /** … and for as long as what it has not taken would last over a connection of this speed, bytes per ms. */
  readonly slowestBytesPerMs: number;
}

/** Whom a publisher tells. */
export interface PublishEvents {
  /** More waits than is to be kept (true, with every message then), or it has gone out (false). */
  readonly pressed: (isHigh: boolean) => void;
  /** A subscriber that took nothing is left behind: it gets nothing until it reads again. */
  readonly leftBehind: (silentMs: number) => void;
}

/** Messages that ZeroMQ keeps for each subscriber beside what the system keeps: few, because it does not see their size. */
export const WAITING_MESSAGES = 32;
/** The kernel's own bounds. */
export const LIMITS: PublishLimits = {
  highBytes: 16 * 1_048_576,
  lowBytes: 4 * 1_048_576,
  silentMs: 10_000,
  slowestBytesPerMs: 128
};

/** What a frame costs beside its bytes. */
const FRAME_BYTES = 64;
/** A reader that is there makes room within this time, in which no timer could be that short. */
const SPIN_MS = 2;
const LONGEST_PAUSE_MS = 20;

/**
 * Publishes in order, and loses nothing for a subscriber that is slow: what it has no room for waits here, and whoever
 * makes it is slowed down. One that stays silent is left behind, so that it does not stop all others for ever.
 */
export class Publisher {
  readonly #socket: PublishingSocket;
  readonly #limits: PublishLimits;
  readonly #events: PublishEvents;
  readonly #waiting: Frames[] = [];
  /** What a subscriber has no room for, out of the queue already. */
  #refused: Frames | null = null;
  #waitingBytes = 0;
  /** Bytes of the messages that a subscriber may not have taken yet, in a ring. */
  readonly #sent = new Array<number>(WAITING_MESSAGES).fill(0);
  #sentCount = 0;
  #isSending = false;
  #isHigh = false;

  /** @param socket one whose sends are done or refused at once, and which keeps {@link WAITING_MESSAGES} */
  constructor(socket: PublishingSocket, events: PublishEvents, limits = LIMITS) {
    this.#socket = socket;
    this.#events = events;
    this.#limits = limits;
    this.#dropFull(false);
  }

  /** Sends a message after all that were given before. */
  send(frames: Frames): void {
    this.#waiting.push(frames);
    this.#waitingBytes += bytesOf(frames);
    if (!this.#isSending) void this.#sendAll();
    if (this.#waitingBytes < this.#limits.highBytes) return;
    this.#isHigh = true;
    this.#events.pressed(true);
  }

  /** Hands everything to the socket that is about to be closed; what a subscriber has no room for is lost to it. */
  flush(): void {
    if (this.#socket.closed) return;
    this.#dropFull(true);
    const refused = this.#refused === null ? [] : [this.#refused];
    for (const frames of [...refused, ...this.#waiting.splice(0)])
      void this.#socket.send([...frames]).catch(() => undefined);
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (!(await this.#isTaken(next))) await this.#room(next);
      const bytes = bytesOf(next);
      this.#waitingBytes -= bytes;
      this.#sent[(this.#sentCount += 1) % WAITING_MESSAGES] = bytes;
      if (this.#isHigh && this.#waitingBytes <= this.#limits.lowBytes) {
        this.#isHigh = false;
        this.#events.pressed(false);
      }
    }
    this.#isSending = false;
  }

  /** Sends a message as soon as all subscribers have room, or without those who do not get any. */
  async #room(frames: Frames): Promise<void> {
    const { slowestBytesPerMs } = this.#limits;
    const untakenBytes = this.#sent.reduce((sum, bytes) => sum + bytes, 0);
    const silentMs = this.#limits.silentMs + untakenBytes / slowestBytesPerMs;
    const since = performance.now();
    this.#refused = frames;
    for (let pauseMs = 0, waitedMs = 0; waitedMs < silentMs; waitedMs = performance.now() - since) {
      if (waitedMs < SPIN_MS) await turn();
      else await after((pauseMs = Math.min(pauseMs + 1, LONGEST_PAUSE_MS)));
      if (await this.#isTaken(frames)) {
        this.#refused = null;
        return;
      }
    }
    this.#refused = null;
    // A message that is dropped for them takes them off the list of those that messages go to, until they read.
    this.#dropFull(true);
    await this.#isTaken(frames);
    this.#dropFull(false);
    this.#events.leftBehind(silentMs);
  }

  #dropFull(isDropping: boolean): void {
    if (this.#socket.closed) return;
    const before = Object.getOwnPropertyDescriptor(process, 'emitWarning');
    if (before === undefined) return;
    try {
      // The binding warns that a bound socket does not take this option; ZeroMQ takes it at once.
      Object.defineProperty(process, 'emitWarning', { ...before, value: () => undefined });
      this.#socket.noDrop = !isDropping;
    } finally {
      Object.defineProperty(process, 'emitWarning', before);
    }
  }

  /** Whether the message is done with: sent, or the socket is closed. */
  async #isTaken(frames: Frames): Promise<boolean> {
    if (this.#socket.closed) return true;
    try {
      await this.#socket.send([...frames]);
      return true;
    } catch (error) {
      return !(error instanceof Error && 'code' in error && error.code === 'EAGAIN');
    }
  }
}

function bytesOf(frames: Frames): number {
  return frames.reduce((sum, { length }) => sum + length + FRAME_BYTES, 0);
}
