/**
 * The text of a cell as TypeScript: lines that are magics (`%%federated …`, `%npm …`, `?name`, `name?`) become
 * blanks of the same length, so that every offset stays true.
 */
export function withoutMagic(source: string): string {
  if (/^\s*(\?{1,2}[\w$.]+|[\w$.]+\?{1,2})\s*$/.test(source)) return blank(source);
  // The body of another cell magic need not be TypeScript.
  if (/^\s*%%(?!federated\b)/.test(source)) return blank(source);
  let leading = true;
  return source.replaceAll(/[^\n\r]+/g, line => {
    const isMagic = leading ? /^\s*[%!]/.test(line) : /^%{1,2}[a-z]\w*(\s|$)/i.test(line);
    if (!isMagic && line.trim() !== '') leading = false;
    return isMagic ? blank(line) : line;
  });
}

/** The magic of a federated cell; null when the cell is an ordinary one. */
export function federatedMagic(
  source: string
): { readonly study: string; readonly name: string | null } | null {
  const match =
    /^\s*%%federated[ \t]+([a-z0-9-]+)(?:[ \t]+as[ \t]+([A-Za-z_$][\w$]*))?[ \t]*(?:\r?\n|$)/.exec(
      source
    );
  return match?.[1] === undefined ? null : { study: match[1], name: match[2] ?? null };
}

function blank(text: string): string {
  return text.replaceAll(/[^\n\r]/g, ' ');
}
