import ts from 'typescript';
import { isTest, lineOf, packageSources } from './tree.mjs';

/** Every exported name says what it is. */
export const title = 'every exported name has a doc block';

/** @param {import('./tree.mjs').Tree} tree @returns {string[]} */
export function check(tree) {
  return packageSources(tree)
    .filter(path => !isTest(path))
    .flatMap(path => undocumented(tree.source(path), path));
}

function undocumented(source, path) {
  const laterExported = exportedByList(source);
  const documented = new Set();
  const missing = [];
  for (const statement of source.statements) {
    const names = declaredNames(statement);
    const exported = isExported(statement) || names.some(name => laterExported.has(name));
    if (!exported) continue;
    if (hasDocBlock(source, statement)) for (const name of names) documented.add(name);
    else if (!names.every(name => documented.has(name)) || names.length === 0) {
      missing.push(`${path}:${lineOf(source, statement)} ${names.join(', ') || 'default'}`);
    }
  }
  return missing;
}

function isExported(statement) {
  if (ts.isExportAssignment(statement)) return true;
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

/** Names of `export { a, b as c }` without a module: their declarations need the block. */
function exportedByList(source) {
  const names = new Set();
  for (const statement of source.statements) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier) continue;
    if (!statement.exportClause || !ts.isNamedExports(statement.exportClause)) continue;
    for (const { propertyName, name } of statement.exportClause.elements) {
      names.add((propertyName ?? name).text);
    }
  }
  return names;
}

function declaredNames(statement) {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  return 'name' in statement && statement.name ? [statement.name.getText()] : [];
}

function hasDocBlock(source, statement) {
  const ranges = ts.getLeadingCommentRanges(source.text, statement.pos) ?? [];
  return ranges.some(({ pos, end }) =>
    /^\/\*\*\s*[^\s*]/.test(source.text.slice(pos, end).replaceAll(/\n\s*\*/g, ' '))
  );
}
