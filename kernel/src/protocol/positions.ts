/** UTF-16 index of a cursor that counts Unicode code points, as Jupyter does. */
export function toUtf16(text: string, codePoints: number): number {
  let index = 0;
  for (let left = codePoints; left > 0 && index < text.length; left -= 1)
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  return index;
}

/** Number of Unicode code points of a text. */
export function toCodePoints(text: string): number {
  return Array.from(text).length;
}

/** The member expression that ends at the cursor: `a.b.c|` → expression `a.b`, prefix `c`. */
export function symbolBefore(text: string): {
  readonly expression: string;
  readonly prefix: string;
} {
  const match = /((?:[A-Za-z_$][\w$]*(?:\[\d+\])?\.)*)([A-Za-z_$][\w$]*)?$/.exec(text);
  return { expression: (match?.[1] ?? '').replace(/\.$/, ''), prefix: match?.[2] ?? '' };
}
