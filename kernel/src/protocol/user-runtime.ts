import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { CommMessage, ToUser } from '../user/messages.js';
import type { EvaluatedSource } from '../user/sources.js';
import type { UserArrival } from '../wire/user-frames.js';
import type { UserEvents, UserLink } from './user-link.js';

/** Questions to user code that have an answer. */
export type Question =
  | { readonly type: 'complete' | 'inspect'; readonly expression: string }
  | ({ readonly type: 'plan'; readonly name: string } & EvaluatedSource);

const ANSWER_MS = 1_000;

/** The process of user code as the rest of the kernel sees it: questions with answers, and one life after the other. */
export class UserRuntime {
  readonly #link: UserLink;
  readonly #waiting = new Map<string, (value: unknown) => void>();
  #isPaused = false;
  #tellPaused: (isPaused: boolean) => void = () => undefined;

  constructor(link: UserLink) {
    this.#link = link;
  }

  /** Sets who is told of everything that is not an answer to a question. */
  listen(events: UserEvents): void {
    this.#link.listen({
      onMessage: message => {
        if (!this.#settle(message)) events.onMessage(message);
      },
      onRaw: events.onRaw,
      onDeath: reason => {
        for (const settle of this.#waiting.values()) settle(null);
        this.#waiting.clear();
        events.onDeath(reason);
      }
    });
  }

  /** At a breakpoint user code answers nothing; its questions have no answer then. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  set isPaused(isPaused: boolean) {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.#tellPaused(isPaused);
  }

  /** Sets who is told that user code stands at a breakpoint, or goes on. */
  onPaused(tell: (isPaused: boolean) => void): void {
    this.#tellPaused = tell;
  }

  /** Whether user code can run. */
  get isReady(): boolean {
    return this.#link.isReady;
  }

  /** Resolves when user code can run. */
  ready(): Promise<void> {
    return this.#link.ready();
  }

  /** Sends a message once the process is ready. */
  send(message: ToUser): Promise<void> {
    return this.#link.send(message);
  }

  /** Sends a message to a process that is ready; it is lost otherwise. */
  sendNow(message: ToUser): void {
    this.#link.sendNow(message);
  }

  /** Asks user code; null when it is busy for too long or its process ends. */
  async ask(question: Question, limitMs = ANSWER_MS): Promise<unknown> {
    if (this.#isPaused) return null;
    const id = randomUUID();
    const answer = this.#answer(id);
    const limit = setTimeout(() => this.#finish(id, null), limitMs);
    void this.send({ ...question, id });
    return answer.finally(() => clearTimeout(limit));
  }

  /** Names after a member expression; all names for ''. Empty while user code is busy. */
  async members(expression: string): Promise<string[]> {
    const names = await this.ask({ type: 'complete', expression });
    return Array.isArray(names) ? names.map(String) : [];
  }

  /** Text of a value; null when there is none. */
  async describe(expression: string): Promise<string | null> {
    const text = await this.ask({ type: 'inspect', expression });
    return typeof text === 'string' ? text : null;
  }

  /** Hands a comm message over; resolves when its listeners have run or the process ended. */
  async handle(message: { readonly cell: string } & CommMessage): Promise<void> {
    const handled = this.#answer(`comm:${message.cell}`);
    void this.send(message);
    await handled;
  }

  /** The pipe to V8's inspector of user code, in this life of its process. */
  debugPipe(): Duplex | null {
    return this.#link.debugPipe();
  }

  /** Stops what runs, in loops and at awaits; state is kept. */
  interrupt(id: string): void {
    this.#link.interrupt(id);
  }

  #answer(id: string): Promise<unknown> {
    return new Promise(resolve => this.#waiting.set(id, resolve));
  }

  #settle(message: UserArrival): boolean {
    if (message.type === 'reply') this.#finish(message.id, message.value);
    else if (message.type === 'comm-handled') this.#finish(`comm:${message.cell}`, null);
    else return false;
    return true;
  }

  #finish(id: string, value: unknown): void {
    this.#waiting.get(id)?.(value);
    this.#waiting.delete(id);
  }
}
