import ts from 'typescript';

/** Where the registry is. */
export const REGISTRY = 'protocol/src/errors.ts';

/**
 * The entries of the error registry, read from its source.
 *
 * @param {import('./tree.mjs').Tree} tree
 * @returns {{ code: string, message: string, mend: string, retryable: boolean }[]}
 */
export function readRegistry(tree) {
  const source = tree.source(REGISTRY);
  const entries = [];
  for (const statement of source.statements.filter(ts.isVariableStatement)) {
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (name.getText() === 'ERRORS' && initializer) entries.push(...readObject(initializer));
    }
  }
  return entries;
}

function readObject(initializer) {
  let object = initializer;
  while (ts.isAsExpression(object) || ts.isSatisfiesExpression(object)) object = object.expression;
  if (!ts.isObjectLiteralExpression(object)) return [];
  return object.properties.filter(ts.isPropertyAssignment).map(({ name, initializer: value }) => {
    const [message, mend, retryable] = ts.isCallExpression(value) ? value.arguments : [];
    return {
      code: name.getText(),
      message: literal(message),
      mend: literal(mend),
      retryable: retryable?.kind === ts.SyntaxKind.TrueKeyword
    };
  });
}

const literal = node => (node && ts.isStringLiteralLike(node) ? node.text : '');

/**
 * The page of all errors, made from the registry by `npm run docs:errors`.
 *
 * @param {ReturnType<typeof readRegistry>} entries
 */
export function errorsPage(entries) {
  const lines = [
    '# Errors',
    '',
    'Made from `protocol/src/errors.ts` by `npm run docs:errors`. An error carries its code and public limits,',
    'never a value, a path or a stack. "again" says whether the same request may succeed later.'
  ];
  let area = '';
  for (const { code, message, mend, retryable } of entries) {
    const place = code.split('_')[0].toLowerCase();
    if (place !== area) {
      area = place;
      lines.push(
        '',
        `## ${area}`,
        '',
        '| code | what happened | what to do | again |',
        '|---|---|---|---|'
      );
    }
    const cells = [`\`${code}\``, message, mend, retryable ? 'yes' : 'no'];
    lines.push(`| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}
