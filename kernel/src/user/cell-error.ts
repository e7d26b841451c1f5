import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNativeError } from 'node:util/types';
import { CellSyntaxError, excerpt } from '../transform/syntax-error.js';
import { isKernelLine } from './kernel-code.js';
import type { CellError } from './messages.js';
import { plainText } from './plain-text.js';
import type { Sources } from './sources.js';

const KERNEL_FRAMES =
  /node:(?:inspector|internal|async_hooks)|\bnew Promise \(<anonymous>\)|^\s+at async Promise\.|^\s+at wardbookError\b/;
const PLACE =
  /^(?<head>\s+at (?:async )?(?:.*\()?)(?<name>[^()\s][^()]*?):(?<line>\d+):(?<column>\d+)(?<tail>\)?)$/;
const DEEPEST_CAUSE = 5;
const MOST_ERRORS = 10;

/**
 * An error of user code: frames of cells and modules only, at the places that the person wrote, and the line where
 * it happened. No colour codes. What the error's own getters throw is survived.
 */
export function cellError(error: unknown, sources: Sources): CellError {
  if (!isError(error)) {
    const text = plainText(error);
    return { ename: 'Thrown', evalue: text, traceback: [`Thrown: ${text}`] };
  }
  const ename = nameOf(error);
  const message = textField(error, 'message');
  return { ename, evalue: message, traceback: tracebackOf(error, sources, 0) };
}

function isKernelFrame(line: string): boolean {
  return isKernelLine(line) || KERNEL_FRAMES.test(line);
}

function isError(value: unknown): value is Error {
  try {
    return isNativeError(value) || value instanceof Error;
  } catch {
    return false;
  }
}

function nameOf(error: Error): string {
  const code = field(error, 'code');
  const name = textField(error, 'name') || 'Error';
  return name === 'WardbookError' && typeof code === 'string' ? code : name;
}

function tracebackOf(error: Error, sources: Sources, depth: number): string[] {
  const stack = textField(error, 'stack').split('\n');
  const firstFrame = stack.findIndex(line => /^\s+at /.test(line));
  const head =
    error instanceof CellSyntaxError
      ? error.traceback
      : headOf(error, firstFrame < 0 ? stack : stack.slice(0, firstFrame));
  const frames = stack
    .slice(Math.max(0, firstFrame))
    .filter(line => /^\s+at /.test(line) && !isKernelFrame(line));
  return [
    ...head,
    ...adviceOf(error),
    ...framesOf(frames, sources),
    ...innerErrors(error, sources, depth),
    ...causeOf(error, sources, depth)
  ];
}

/** What the product's errors say beyond their message: the next step, and the names it concerns. */
function adviceOf(error: Error): string[] {
  const mend = field(error, 'mend');
  const limits = field(error, 'limits');
  const facts = typeof limits === 'object' && limits !== null ? Object.entries(limits) : [];
  return [
    ...(typeof mend === 'string' ? [mend] : []),
    ...facts.map(([name, value]) => `${name}: ${String(value)}`)
  ];
}

/** Name and message; V8 writes them once, when the error is made, and what was set later counts. */
function headOf(error: Error, head: readonly string[]): string[] {
  const message = textField(error, 'message');
  const name = nameOf(error);
  const written = head.join('\n').trim();
  const isTrue =
    written.includes(message) && /\S/.test(written) && !/^(?:Wardbook)?Error\b/.test(written);
  return (isTrue ? written : message === '' ? name : `${name}: ${message}`).split('\n');
}

function framesOf(frames: readonly string[], sources: Sources): string[] {
  let shown = false;
  return frames.flatMap(frame => {
    const match = PLACE.exec(frame)?.groups;
    const name = match?.['name'] ?? '';
    const source = sources.of(name);
    if (match === undefined || source === null) return [frame];
    const made = { line: Number(match['line']), column: Number(match['column']) };
    if (sources.isKernelLine(name, made.line)) return [];
    const { line, column } = sources.placeOf(name, made);
    const written = `${match['head']}${shortName(name)}:${line}:${column}${match['tail']}`;
    if (shown) return [written];
    shown = true;
    return [written, ...excerpt(source, { line, column })];
  });
}

/** A module of the notebook's folder by its path from there. */
function shortName(name: string): string {
  return name.startsWith('file:') ? relative(process.cwd(), fileURLToPath(name)) : name;
}

function innerErrors(error: Error, sources: Sources, depth: number): string[] {
  const errors = field(error, 'errors');
  if (!(error instanceof AggregateError) || !Array.isArray(errors) || depth >= DEEPEST_CAUSE)
    return [];
  const list: readonly unknown[] = errors;
  const shown = list.slice(0, MOST_ERRORS).flatMap((inner, index) => {
    const lines = isError(inner) ? tracebackOf(inner, sources, depth + 1) : [plainText(inner)];
    return lines.map((line, at) => (at === 0 ? `  [${index}] ${line}` : `  ${line}`));
  });
  const more = list.length - MOST_ERRORS;
  return more > 0 ? [...shown, `  … ${more} more errors`] : shown;
}

function causeOf(error: Error, sources: Sources, depth: number): string[] {
  const cause = field(error, 'cause');
  if (cause === undefined) return [];
  if (depth >= DEEPEST_CAUSE) return ['Caused by: …'];
  const [first = '', ...rest] = isError(cause)
    ? tracebackOf(cause, sources, depth + 1)
    : [plainText(cause)];
  return [`Caused by: ${first}`, ...rest];
}

function field(error: object, name: string): unknown {
  try {
    return Reflect.get(error, name);
  } catch {
    return undefined;
  }
}

function textField(error: object, name: string): string {
  const value = field(error, name);
  return typeof value === 'string' ? value : value === undefined ? '' : plainText(value);
}
