/**
 * Documents that are held against the repository: those of the root, of `docs/`, and the README and SPEC of packages.
 *
 * @param {import('./tree.mjs').Tree} tree
 */
export function documents(tree) {
  return tree.paths.filter(
    path =>
      path.endsWith('.md') &&
      (!path.includes('/') ||
        path.startsWith('docs/') ||
        /(README|SPEC|derivation)\.md$/.test(path))
  );
}

/**
 * Fenced code blocks of a document.
 *
 * @param {string} text
 * @returns {{ info: string, code: string, line: number }[]} `info` = words after the fence, `line` of the fence
 */
export function codeBlocks(text) {
  const blocks = [];
  let open;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^\s*(`{3,})(.*)$/.exec(line);
    if (open && fence && fence[1] === open.fence && fence[2].trim() === '') {
      blocks.push({ info: open.info, code: open.lines.join('\n'), line: open.line });
      open = undefined;
    } else if (open) {
      open.lines.push(line);
    } else if (fence) {
      open = { fence: fence[1], info: fence[2].trim(), lines: [], line: index + 1 };
    }
  }
  return blocks;
}

/** The document without its code blocks, lines kept. @param {string} text */
export function prose(text) {
  let inside = '';
  return text
    .split('\n')
    .map(line => {
      const fence = /^\s*(`{3,})/.exec(line)?.[1];
      if (fence && (inside === '' || inside === fence)) inside = inside === '' ? fence : '';
      else if (inside === '') return line;
      return '';
    })
    .join('\n');
}
