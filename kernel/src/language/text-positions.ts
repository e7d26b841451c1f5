/** A place in a text as the language server counts: zero-based line, UTF-16 column. */
export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** A stretch of text; `end` is not part of it. */
export interface TextRange {
  readonly start: TextPosition;
  readonly end: TextPosition;
}

/** UTF-16 offsets of a text ↔ lines and columns. Lines end in \n, \r\n or \r, as for the language server. */
export class TextLines {
  readonly #starts: readonly number[];
  readonly #length: number;

  constructor(text: string) {
    const starts = [0];
    for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
    this.#starts = starts;
    this.#length = text.length;
  }

  /** Line and column of an offset; offsets outside of the text are moved to its ends. */
  positionAt(offset: number): TextPosition {
    const at = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - (this.#starts[low] ?? 0) };
  }

  /** Offset of a position; positions outside of the text are moved to its ends. */
  offsetAt({ line, character }: TextPosition): number {
    if (line < 0) return 0;
    const start = this.#starts[line];
    if (start === undefined) return this.#length;
    const next = this.#starts[line + 1] ?? this.#length;
    return Math.min(start + Math.max(0, character), next);
  }
}
