import type { Duplex } from 'node:stream';
import { FrameReader, makeFrame } from '../wire/frames.js';
import { fieldsOf, textIn, type Fields } from './dap.js';

/** An event of V8's inspector. */
export interface InspectorEvent {
  readonly method: string;
  readonly params: Fields;
}

interface Waiting {
  readonly resolve: (result: Fields) => void;
  readonly reject: (error: Error) => void;
}

const ANSWER_MS = 3_000;

/** V8's inspector of the thread of user code, over the pipe to the thread beside it. It answers while that one is paused. */
export class InspectorLink {
  readonly #pipe: Duplex;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #closed = false;

  constructor(pipe: Duplex, onEvent: (event: InspectorEvent) => void) {
    this.#pipe = pipe;
    const frames = new FrameReader(head => this.#take(head, onEvent));
    pipe.on('data', (chunk: Buffer) => {
      try {
        if (!this.#closed) frames.add(chunk);
      } catch {
        // User code wrote to the descriptor: nothing from it can be read any more.
        this.close();
      }
    });
    pipe.once('close', () => this.close()).on('error', () => this.close());
  }

  /** Whether nothing can be asked any more. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Asks V8. @throws Error with V8's words, when it does not answer in time, or when the process ended */
  post(method: string, params: Fields = {}, limitMs = ANSWER_MS): Promise<Fields> {
    if (this.#closed) return Promise.reject(new Error('The process of user code has ended.'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error('User code is busy and does not answer the debugger.'));
      }, limitMs);
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(limit);
          settle(value);
        };
      };
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      this.#pipe.write(makeFrame({ id, method, params }));
    });
  }

  /** Gives up everything that was asked. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { reject } of this.#waiting.values())
      reject(new Error('The process of user code has ended.'));
    this.#waiting.clear();
  }

  #take(head: object, onEvent: (event: InspectorEvent) => void): void {
    const message = fieldsOf(head);
    const { id, error } = message;
    if (typeof id !== 'number')
      return onEvent({ method: textIn(message, 'method'), params: fieldsOf(message['params']) });
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (typeof error === 'string') waiting?.reject(new Error(error));
    else waiting?.resolve(fieldsOf(message['result']));
  }
}
