import { lineStarts } from './edits.js';
import type { SyntaxFault } from './parser.js';

/** A place in a text, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A fault of a cell's syntax; `traceback` shows the place. */
export class CellSyntaxError extends SyntaxError {
  readonly traceback: readonly string[];
  constructor(message: string, traceback: readonly string[]) {
    super(message);
    this.name = 'SyntaxError';
    this.traceback = traceback;
  }
}

/** The error of a fault: file, line, column, the line itself and a caret below the place. */
export function cellSyntaxError(source: string, file: string, fault: SyntaxFault): CellSyntaxError {
  const { start, end, hint, message } = fault;
  const place = placeOf(source, start);
  const where = `(line ${place.line}, column ${place.column})`;
  return new CellSyntaxError(`${message} ${where}`, [
    `SyntaxError: ${message}`,
    `  at ${file}:${place.line}:${place.column}`,
    ...excerpt(source, place, Math.max(1, end - start)),
    ...(hint === null ? [] : [hint])
  ]);
}

/** Line and column of an offset. */
export function placeOf(source: string, offset: number): Place {
  const starts = lineStarts(source);
  const at = starts.findLastIndex(start => start <= offset);
  return { line: at + 1, column: offset - (starts[at] ?? 0) + 1 };
}

/** Offset of a place; null when the text has no such line. */
export function offsetOf(source: string, { line, column }: Place): number | null {
  const start = lineStarts(source)[line - 1];
  return start === undefined ? null : start + column - 1;
}

const LONGEST_LINE = 160;

/** Two lines before a place, its line, and a caret below it; no colour codes. */
export function excerpt(source: string, { line, column }: Place, width = 1): string[] {
  const lines = source.split('\n').map(text => text.replace(/\r$/, ''));
  const first = Math.max(1, line - 2);
  const digits = String(line).length;
  const shown = lines.slice(first - 1, line).map((text, index) => {
    const number = first + index;
    const mark = number === line ? '>' : ' ';
    return `${mark} ${String(number).padStart(digits)} | ${text.slice(0, LONGEST_LINE)}`;
  });
  const text = lines[line - 1] ?? '';
  if (column > LONGEST_LINE) return shown;
  // Tabs stay, so that the caret stands below its character.
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(width, text.length - column + 1)));
  return [...shown, `  ${' '.repeat(digits)} | ${indent}${carets}`];
}
