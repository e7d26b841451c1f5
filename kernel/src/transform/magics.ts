import { wardbookError } from '@wardbook/protocol/errors';
import { blank, type Edit } from './edits.js';
import { MAGIC } from './made-names.js';

/** Line magics at the head of a cell, taken out of the way of the parser. */
export interface Magics {
  /** The cell with the magic lines blanked; same length. */
  readonly rest: string;
  readonly edits: readonly Edit[];
}

const LINE = /^%npm[ \t]+add((?:[ \t]+[^\s]+)+)[ \t]*$/;

/**
 * Takes the magic lines off: `%npm add name[@version] …`, before any code of the cell.
 *
 * @throws KERNEL_MAGIC_UNKNOWN for every other line that begins with a percent sign there
 */
export function takeMagics(source: string): Magics {
  const edits: Edit[] = [];
  let rest = source;
  let at = 0;
  for (const line of source.split('\n')) {
    const text = line.trim();
    const isMagic = text.startsWith('%');
    if (!isMagic && text !== '' && !text.startsWith('//')) break;
    if (isMagic) {
      const match = LINE.exec(text);
      if (match?.[1] === undefined)
        throw wardbookError('KERNEL_MAGIC_UNKNOWN', { line: text.slice(0, 80) });
      const packages = match[1].trim().split(/[ \t]+/);
      const end = at + line.length;
      edits.push({
        start: at,
        end,
        text: `await ${MAGIC}("npm add", ${JSON.stringify(packages)});`
      });
      rest = rest.slice(0, at) + blank(source, at, end).text + rest.slice(end);
    }
    at += line.length + 1;
  }
  return { rest, edits };
}

/** The cell with its magic lines blanked, for those who read and do not run; unknown magics are blanked too. */
export function withoutMagics(source: string): string {
  const lines = source.split('\n');
  const first = lines.findIndex(line => !/^\s*(%|\/\/|$)/.test(line));
  return lines
    .map((line, index) =>
      (first < 0 || index < first) && line.trim().startsWith('%') ? ' '.repeat(line.length) : line
    )
    .join('\n');
}
