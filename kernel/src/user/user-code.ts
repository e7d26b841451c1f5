import { isKernelScript } from './kernel-code.js';

const FRAMES = 200;
/** A stop is asked for again in less than this time. */
const ASKED_AGAIN_MS = 60;

let guarded = 0;
let wasAsked = false;

/**
 * Runs the kernel's own code, called from user code, that must not be stopped half-way. A stop that was asked for
 * meanwhile is waited for at its end: a loop that does nothing but print is in such code whenever it is asked.
 */
export function uninterrupted<T>(run: () => T): T {
  guarded += 1;
  try {
    return run();
  } finally {
    guarded -= 1;
    if (wasAsked && guarded === 0) waitForStop();
  }
}

function waitForStop(): void {
  wasAsked = false;
  if (!isUserCodeRunning()) return;
  // V8 carries a stop out in JavaScript that runs, not in a wait.
  for (const end = performance.now() + ASKED_AGAIN_MS; performance.now() < end;);
}

/**
 * Whether code that is neither Node's nor the kernel's is on the stack. The kernel's own code is not to be stopped: a
 * message cut off half-way would break the way to the parent.
 */
export function isUserCodeRunning(): boolean {
  if (guarded > 0) {
    wasAsked = true;
    return false;
  }
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
  return name !== '' && !name.startsWith('node:') && !isKernelScript(name);
}
