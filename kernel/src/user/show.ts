import { mimeOf } from './mime.js';
import { plainText } from './plain-text.js';

/** Where a debugger finds how values look; it asks on this thread, also at a breakpoint. */
export const SHOW = Symbol.for('wardbook.kernel.show');

/** Lets a debugger ask how a value looks. A display of its own that takes time is not waited for. */
export function installShow(): void {
  const show = (value: unknown) => {
    const shown = mimeOf(value);
    return shown instanceof Promise
      ? { data: { 'text/plain': plainText(value) }, metadata: {} }
      : shown;
  };
  Object.defineProperty(globalThis, SHOW, { value: show, configurable: true });
}
