import ts from 'typescript';
import { errorsPage, readRegistry, REGISTRY } from './error-registry.mjs';
import { isTest, lineOf } from './tree.mjs';

/** The registry is whole, documented and tested, and nothing throws a code of its own. */
export const title = 'error codes: text, mend, docs, a test; none outside the registry';

/** @param {import('./tree.mjs').Tree} tree @returns {string[]} */
export function check(tree) {
  const entries = readRegistry(tree);
  if (entries.length === 0) return [`${REGISTRY} holds no entry that can be read`];
  return [
    ...textProblems(entries),
    ...orderProblems(entries),
    ...docsProblems(tree, entries),
    ...untested(tree, entries),
    ...unknownCodes(tree, entries)
  ];
}

function textProblems(entries) {
  return entries.flatMap(({ code, message, mend }) => [
    ...(/^[A-Z]+(_[A-Z]+)+$/.test(code) ? [] : [`${code}: a code is PLACE_REASON`]),
    ...(/[.!]$/.test(message) ? [] : [`${code}: message is not a sentence`]),
    ...(/[.!]$/.test(mend) ? [] : [`${code}: mend is not a sentence`])
  ]);
}

function orderProblems(entries) {
  return entries
    .slice(1)
    .filter(({ code }, index) => code <= entries[index].code)
    .map(({ code }) => `${code} is not in alphabetical order`);
}

function docsProblems(tree, entries) {
  return tree.text('docs/errors.md') === errorsPage(entries)
    ? []
    : ['docs/errors.md differs from the registry: npm run docs:errors'];
}

function untested(tree, entries) {
  const tests = tree.paths.filter(path => isTest(path) && /\.([cm]?[jt]sx?|py)$/.test(path));
  const named = new Set(
    tests.flatMap(path => tree.text(path).match(/\b[A-Z]+(_[A-Z]+)+\b/g) ?? [])
  );
  return entries
    .filter(({ code }) => !named.has(code))
    .map(({ code }) => `${code}: no test names it`);
}

function unknownCodes(tree, entries) {
  const codes = new Set(entries.map(({ code }) => code));
  const areas = new Set(entries.map(({ code }) => code.split('_')[0]));
  return tree.paths
    .filter(
      path => /\.([cm]?ts|tsx|mjs)$/.test(path) && !isTest(path) && !path.startsWith('scripts/')
    )
    .flatMap(path =>
      literalCodes(tree.source(path), areas)
        .filter(({ code }) => !codes.has(code))
        .map(({ code, line }) => `${path}:${line} ${code} is not in the registry`)
    );
}

/** Texts written like a code of an area of the registry, and whatever is given to wardbookError. */
function literalCodes(source, areas) {
  const found = [];
  const visit = node => {
    if (ts.isStringLiteralLike(node)) {
      const looksLikeCode =
        /^[A-Z]+(_[A-Z]+)+$/.test(node.text) && areas.has(node.text.split('_')[0]);
      if (looksLikeCode || isThrown(node))
        found.push({ code: node.text, line: lineOf(source, node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isThrown({ parent }) {
  const isCall = ts.isCallExpression(parent) || ts.isNewExpression(parent);
  return (
    isCall &&
    /^wardbookError$/i.test(parent.expression.getText()) &&
    parent.arguments?.[0]?.kind === ts.SyntaxKind.StringLiteral
  );
}
