/** Replaces `start … end` (UTF-16 offsets of the source) by a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Where text of the made code comes from, in ascending order: from offset `made` on it is the source from `source`
 * on; text of a `fixed` stretch was put in and belongs to one place.
 */
export type PositionMap = readonly (readonly [made: number, source: number, fixed: 0 | 1])[];

/** Code with the way back to its source. */
export interface Edited {
  readonly code: string;
  /** Empty when every offset is the same as in the source. */
  readonly map: PositionMap;
}

/** Spaces in place of a stretch; its line breaks stay, so that lines stay true. */
export function blank(source: string, start: number, end: number): Edit {
  return { start, end, text: source.slice(start, end).replace(/[^\r\n\u2028\u2029]/g, ' ') };
}

/** Like {@link blank}, with a semicolon first, so that the lines around it stay apart. */
export function blankStatement(source: string, start: number, end: number): Edit {
  return { start, end, text: `;${blank(source, start, end).text.slice(1)}` };
}

/**
 * Applies edits. At one place insertions come first, in the order of the list; an edit inside of a longer one that
 * begins earlier or at the same place is left out.
 */
export function applyEdits(source: string, edits: readonly Edit[]): Edited {
  const parts: string[] = [];
  const map: [number, number, 0 | 1][] = [];
  let at = 0;
  let made = 0;
  let shifted = false;
  for (const { start, end, text } of [...edits].sort(inOrder)) {
    if (start < at) continue;
    parts.push(source.slice(at, start), text);
    made += start - at;
    if (text.length !== end - start) {
      shifted = true;
      map.push([made, start, 1], [made + text.length, end, 0]);
    }
    made += text.length;
    at = end;
  }
  parts.push(source.slice(at));
  return { code: parts.join(''), map: shifted ? map : [] };
}

function inOrder(a: Edit, b: Edit): number {
  if (a.start !== b.start) return a.start - b.start;
  const [insertsA, insertsB] = [a.end === a.start, b.end === b.start];
  if (insertsA !== insertsB) return insertsA ? -1 : 1;
  return insertsA ? 0 : b.end - a.end;
}

/** Offset in the source of an offset in the made code. */
export function toSource(map: PositionMap, made: number): number {
  let low = 0;
  let high = map.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((map[middle]?.[0] ?? 0) <= made) low = middle + 1;
    else high = middle;
  }
  const stretch = map[low - 1];
  if (stretch === undefined) return made;
  return stretch[2] === 1 ? stretch[1] : stretch[1] + made - stretch[0];
}

/** First offset in the made code that belongs to an offset of the source. */
export function toMade(map: PositionMap, source: number): number {
  let best: PositionMap[number] | undefined;
  for (const stretch of map) {
    if (stretch[1] > source) break;
    if (stretch[2] === 0) best = stretch;
  }
  return best === undefined ? source : best[0] + source - best[1];
}

/** Offsets at which the lines of a text begin. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  return starts;
}
