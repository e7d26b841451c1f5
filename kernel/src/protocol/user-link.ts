import type { Duplex } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import type { ToUser } from '../user/messages.js';
import type { UserArrival } from '../wire/user-frames.js';
import type { RawName } from './output-order.js';
import { UserChild } from './user-child.js';
import type { UserSettings } from './user-environment.js';

/** What the user process tells. */
export interface UserEvents {
  readonly onMessage: (message: UserArrival) => void;
  /** Text of child processes and native code, outside of `console`. */
  readonly onRaw: (name: RawName, text: string) => void;
  /** It ended although nobody asked for it. */
  readonly onDeath: (reason: string) => void;
}

const SILENT: UserEvents = {
  onMessage: () => undefined,
  onRaw: () => undefined,
  onDeath: () => undefined
};
/** Pause before a process that could not start is started again, ms; doubled each time. */
const RETRY_MS = 200;
const LONGEST_RETRY_MS = 10_000;

/** The process that runs user code, one life after the other. */
export class UserLink {
  readonly #settings: UserSettings;
  #events = SILENT;
  #child: UserChild;
  #failedStarts = 0;
  #stopped = false;

  /** Starts the process at once. */
  constructor(settings: UserSettings) {
    this.#settings = settings;
    this.#child = this.#start();
  }

  /** Sets who is told. No cell has run before: nothing is missed. */
  listen(events: UserEvents): void {
    this.#events = events;
  }

  /** Whether user code can run. */
  get isReady(): boolean {
    return this.#child.isReady;
  }

  /** Resolves when user code can run, in this life of the process or a later one. */
  async ready(): Promise<void> {
    while (!this.#child.isReady) await Promise.race([this.#child.ready, this.#next]);
  }

  /** Sends a message once the process is ready. */
  async send(message: ToUser): Promise<void> {
    if (!this.#child.isReady) await this.ready();
    this.#child.send(message);
  }

  /** Sends a message to a process that is ready; it is lost otherwise. */
  sendNow(message: ToUser): void {
    this.#child.send(message);
  }

  /** Stops what runs, in loops and at awaits; state is kept. */
  interrupt(id: string): void {
    this.#child.interrupt(id);
  }

  /** Slows user code down to the speed of those who read its outputs, or lets it go on. */
  hold(isHeld: boolean): void {
    this.#child.hold(isHeld);
  }

  /** The pipe to V8's inspector of user code, in this life of the process. */
  debugPipe(): Duplex | null {
    return this.#child.debugPipe();
  }

  /** Ends the process. */
  stop(): void {
    this.#stopped = true;
    this.#child.stop();
  }

  #resolveNext: () => void = () => undefined;
  #next: Promise<void> = this.#later();

  #later(): Promise<void> {
    return new Promise(resolve => {
      this.#resolveNext = resolve;
    });
  }

  #start(): UserChild {
    const child: UserChild = new UserChild(this.#settings, {
      onMessage: message => this.#events.onMessage(message),
      onRaw: (name, text) => this.#events.onRaw(name, text),
      onExit: () => void this.#again(child.isReady),
      onEnd: reason => this.#events.onDeath(reason)
    });
    return child;
  }

  async #again(wasReady: boolean): Promise<void> {
    this.#failedStarts = wasReady ? 0 : this.#failedStarts + 1;
    if (this.#failedStarts > 0)
      await after(Math.min(RETRY_MS * 2 ** this.#failedStarts, LONGEST_RETRY_MS), undefined, {
        ref: false
      });
    if (this.#stopped) return;
    this.#child = this.#start();
    this.#resolveNext();
    this.#next = this.#later();
  }
}
