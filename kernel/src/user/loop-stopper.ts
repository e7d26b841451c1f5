import { Session } from 'node:inspector';
import { asyncStackCleaner } from './async-stack.js';

const KERNEL = new URL('..', import.meta.url).href;
const FRAMES = 200;

/** Stops user code that keeps this thread, from code that runs on top of it. */
export class LoopStopper {
  readonly #session = new Session();
  readonly #cleanAsyncStack = asyncStackCleaner();

  constructor() {
    this.#session.connect();
  }

  /**
   * Makes V8 drop everything that is on the stack, when user code is there. The kernel's own code is left alone: a
   * message cut off half-way would break the way to the parent.
   */
  stop(): boolean {
    if (!isUserCodeRunning()) return false;
    this.#cleanAsyncStack();
    this.#session.post('Runtime.terminateExecution');
    return true;
  }
}

function isUserCodeRunning(): boolean {
  const before = { ...pick('stackTraceLimit'), ...pick('prepareStackTrace') };
  try {
    Error.stackTraceLimit = FRAMES;
    Error.prepareStackTrace = (_error, frames) =>
      frames.map(frame => frame.getScriptNameOrSourceURL());
    const names = new Error().stack as unknown as readonly (string | null)[];
    return names.some(name => name !== null && isUserScript(name));
  } finally {
    Reflect.deleteProperty(Error, 'prepareStackTrace');
    Object.defineProperties(Error, before);
  }
}

function pick(name: string): PropertyDescriptorMap {
  const property = Object.getOwnPropertyDescriptor(Error, name);
  return property === undefined ? {} : { [name]: property };
}

function isUserScript(name: string): boolean {
  return name !== '' && !name.startsWith('node:') && !name.startsWith(KERNEL);
}
