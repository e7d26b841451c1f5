/** A text field of a message's content; '' when it is absent or no text. */
export function textOf(content: Readonly<Record<string, unknown>>, field: string): string {
  const value = content[field];
  return typeof value === 'string' ? value : '';
}
