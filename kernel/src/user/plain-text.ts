import { inspect, type InspectOptions } from 'node:util';

const LONGEST_TEXT = 100_000;
const VALUE: InspectOptions = {
  depth: 4,
  colors: false,
  maxArrayLength: 100,
  maxStringLength: 10_000,
  breakLength: 100
};

/** A value as text without colour codes. Traps and getters that throw are survived; what was cut is said. */
export function plainText(value: unknown, options: InspectOptions = VALUE): string {
  return cut(withoutColours(inspected(value, options)));
}

function inspected(value: unknown, options: InspectOptions): string {
  try {
    return inspect(value, options);
  } catch {
    // The value's own code throws: its custom inspection is left out.
    try {
      return inspect(value, { ...options, customInspect: false });
    } catch (error) {
      return `[${typeof value} that cannot be shown: ${reasonOf(error)}]`;
    }
  }
}

function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : typeof error;
  } catch {
    return 'its error cannot be shown either';
  }
}

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, 'g');

/** Text without the codes that colour a terminal. */
export function withoutColours(text: string): string {
  return text.replace(ESCAPES, '');
}

/** Text of a length that a notebook can bear; what is left out is said. */
export function cut(text: string, longest = LONGEST_TEXT): string {
  return text.length > longest
    ? `${text.slice(0, longest)}\n… ${text.length - longest} more characters`
    : text;
}

/** Text made safe inside HTML. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
