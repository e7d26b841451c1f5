import type { CellError } from '../user/messages.js';
import type { Problem } from './answers.js';
import { TextLines } from './text-positions.js';

/** What type problems do: `error` keeps a cell from running, `warn` shows them, `off` looks for none. */
export type CheckMode = 'error' | 'warn' | 'off';

/** A mode by its name; null for another word. */
export function checkModeOf(word: unknown): CheckMode | null {
  return word === 'error' || word === 'warn' || word === 'off' ? word : null;
}

/** How many problems an error output lists. */
const LISTED = 5;

/** What a cell shows that was not run because of its type errors; null when it has none. */
export function typeErrorOf(source: string, problems: readonly Problem[]): CellError | null {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return null;
  const what = `${errors.length === 1 ? 'One type error' : `${errors.length} type errors`}; the cell was not run.`;
  const more = errors.length > LISTED ? [`… and ${errors.length - LISTED} more.`] : [];
  return {
    ename: 'TypeCheckError',
    evalue: `${what} ${first.message.split('\n')[0] ?? ''}`,
    traceback: [
      `TypeCheckError: ${what}`,
      ...errors.slice(0, LISTED).map(problem => excerptOf(source, problem)),
      ...more,
      'Mend the cell, or set type checks to "warn" to run it all the same.'
    ]
  };
}

function excerptOf(source: string, { from, to, code, message }: Problem): string {
  const { line, character } = new TextLines(source).positionAt(from);
  const text = source.split(/\r\n|\n|\r/)[line] ?? '';
  const number = String(line + 1);
  const length = Math.max(1, Math.min(to - from, text.length - character));
  return [
    `line ${number}, column ${character + 1}: ${message} (TS${code})`,
    `  ${number} | ${text}`,
    `  ${' '.repeat(number.length)} | ${' '.repeat(character)}${'^'.repeat(length)}`
  ].join('\n');
}
