const HELP =
  /^\s*(\?{0,2})\s*([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[\d+\])*)\s*(\?{0,2})\s*;?\s*$/;

/** The name that a cell such as `?name`, `name?` or `name.member??` asks about; null for any other cell. */
export function helpOn(source: string): string | null {
  // Most cells end here, without a search.
  if (!source.includes('?')) return null;
  const [, before = '', name = '', after = ''] = HELP.exec(source) ?? [];
  return before.length + after.length > 0 ? name : null;
}
