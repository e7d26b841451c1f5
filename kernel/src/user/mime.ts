import { frameBundle } from './frame-view.js';
import { plainText, withoutColours } from './plain-text.js';
import { tensorBundle } from './tensor-view.js';

/** Data by MIME type, and metadata. */
export interface MimeBundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The symbol under which a value tells how it is shown: a function that gives data by MIME type. */
export const DISPLAY = Symbol.for('Jupyter.display');

/** How errors of user code are written; given by the process that knows the cells. */
export type ErrorText = (error: Error) => string;

/**
 * What a value looks like in a notebook: its own `Symbol.for('Jupyter.display')` data, a table for danfo frames and
 * series, shape and values for tensors, and always plain text without colour codes. A promise only when the value's
 * own display is one. Faults of the value's own code do not pass: they are said in the text.
 */
export function mimeOf(value: unknown, errorText?: ErrorText): MimeBundle | Promise<MimeBundle> {
  if (!isObject(value)) return text(plainText(value));
  const own = ownDisplay(value, errorText);
  if (own !== null) return own;
  if (errorText && isError(value)) return text(errorText(value));
  return guarded(() => frameBundle(value) ?? tensorBundle(value)) ?? text(plainText(value));
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isError(value: object): value is Error {
  return guarded(() => value instanceof Error) === true;
}

function text(plain: string): MimeBundle {
  return { data: { 'text/plain': plain }, metadata: {} };
}

function ownDisplay(value: object, errorText?: ErrorText): MimeBundle | Promise<MimeBundle> | null {
  const failed = (error: unknown) => {
    const reason =
      error instanceof Error ? (errorText?.(error) ?? error.message) : plainText(error);
    return text(`${plainText(value)}\nIts own display failed: ${reason}`);
  };
  const checked = (data: unknown) => {
    if (!isObject(data)) return failed(new TypeError('it gives no data by MIME type'));
    try {
      return { data: sendable(data), metadata: {} };
    } catch (error) {
      return failed(error);
    }
  };
  try {
    const method: unknown = Reflect.get(value, DISPLAY);
    if (typeof method !== 'function') return null;
    const made: unknown = (method as () => unknown).call(value);
    return made instanceof Promise ? made.then(checked, failed) : checked(made);
  } catch (error) {
    // A trap that throws on every question is shown as text; a display that throws says so.
    return guarded(() => Reflect.has(value, DISPLAY)) === true ? failed(error) : null;
  }
}

/** Data that passes a JSON message: bytes become Base64, large integers text. */
function sendable(data: object): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [type, value] of Object.entries(data) as [string, unknown][]) {
    if (value === undefined) continue;
    if (value instanceof Uint8Array) made[type] = Buffer.from(value).toString('base64');
    else if (type === 'text/plain')
      made[type] = withoutColours(typeof value === 'string' ? value : plainText(value));
    else if (typeof value === 'string') made[type] = value;
    else made[type] = JSON.parse(JSON.stringify(value, withoutBigInt) ?? 'null') as unknown;
  }
  return made;
}

function withoutBigInt(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function guarded<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}
