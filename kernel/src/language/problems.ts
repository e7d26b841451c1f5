import { asJson, rangeInCell, type Problem } from './answers.js';
import type { TextRange } from './text-positions.js';
import type { CellDocument } from './virtual-notebook.js';

// Duplicates of names: false as long as a text does not parse, because nobody knows what it declares.
const DUPLICATES = new Set([2300, 2440, 2451, 2395]);
const ERROR = 1;
const WARNING = 2;

/**
 * The problems in a diagnostic answer that belong to the cell's own text, in the order of the text.
 *
 * @param words what a misspelt word may have meant, where the message itself lists nothing
 */
export function problemsOf(
  answer: unknown,
  document: CellDocument,
  words: readonly string[] = []
): Problem[] {
  const { items } = asJson(answer);
  const problems = (Array.isArray(items) ? items : []).flatMap(item => {
    const { range, severity, code, message } = asJson(item);
    const number = Number(code);
    if (severity !== ERROR && severity !== WARNING) return [];
    // 70xx: "implicitly has an 'any' type". A notebook is no library: it may leave types out.
    if (number >= 7000 && number < 7100) return [];
    if (!document.valid && DUPLICATES.has(number)) return [];
    const found = rangeInCell(range as TextRange, document);
    const [from, to] = literalOf(found, String(message), document) ?? found;
    const length = document.to - document.from;
    // What is missing at the end is found after the end.
    if (from < 0 || (from > length && document.valid)) return [];
    const problem: Problem = {
      ...visible(from, to, length),
      severity: severity === ERROR ? 'error' : 'warning',
      code: number,
      message: readable(String(message), words)
    };
    return [problem];
  });
  return problems.sort((a, b) => a.from - b.from || a.to - b.to);
}

// A fault between two characters, or after the last one, is shown at a character.
function visible(from: number, to: number, length: number): { from: number; to: number } {
  const end = Math.min(Math.max(to, from + 1), Math.max(length, 1));
  return { from: Math.max(0, Math.min(from, end - 1)), to: end };
}

// `by: 'grad'`: TypeScript blames the name, a reader looks for the text that is wrong.
function literalOf(
  [, to]: readonly [number, number],
  message: string,
  document: CellDocument
): [number, number] | null {
  const after = document.text.slice(document.from + to, document.to);
  const match = /^(\s*:\s*)(['"`])(.*?)\2/.exec(after);
  if (match?.[3] === undefined || match[3] !== refusedText(message)) return null;
  const start = to + (match[1]?.length ?? 0);
  return [start, start + match[3].length + 2];
}

function refusedText(message: string): string | undefined {
  return /^(?:Argument of type|Type) '"([^"]*)"' is not assignable/.exec(message)?.[1];
}

// 'grade' and not '"grade"': the quotes of the type language say nothing to a reader.
function readable(message: string, words: readonly string[]): string {
  const text = message.replaceAll(/'"([^"']*)"'/g, "'$1'");
  const asked = refusedText(message);
  if (asked === undefined || text.includes('Did you mean')) return text;
  const listed = [...message.matchAll(/"([^"]*)"/g)].slice(1).map(match => match[1] ?? '');
  const near = nearest(asked, listed.length > 0 ? listed : words);
  return near === null ? text : `${text} Did you mean '${near}'?`;
}

/** The option that differs least from a word, if by no more than a third of it; null when none does. */
export function nearest(word: string, options: readonly string[]): string | null {
  const ranked = options
    .map(option => ({ option, distance: distanceOf(word, option) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3) + 1)
    ? best.option
    : null;
}

function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
        )
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
