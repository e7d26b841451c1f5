import ts from 'typescript';
import { lineOf, packageSources } from './tree.mjs';

/** The escape hatches of the type system stay shut. */
export const title = 'no any, no !, no @ts-ignore';

/** @param {import('./tree.mjs').Tree} tree @returns {string[]} */
export function check(tree) {
  return packageSources(tree).flatMap(path => {
    const source = tree.source(path);
    return [...nodesOf(source, path), ...commentsOf(source, path)];
  });
}

function nodesOf(source, path) {
  const problems = [];
  const visit = node => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) problems.push(at(source, node, path, 'any'));
    if (ts.isNonNullExpression(node)) problems.push(at(source, node, path, '! (non-null)'));
    if (ts.isPropertyDeclaration(node) && node.exclamationToken) {
      problems.push(at(source, node, path, '! (definite assignment)'));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

function commentsOf(source, path) {
  return source.text.split('\n').flatMap((line, index) => {
    const comment = /\/[/*](.*)$/.exec(line)?.[1] ?? '';
    if (/^\s*@ts-(ignore|nocheck)/.test(comment)) return [`${path}:${index + 1} @ts-ignore`];
    if (/^\s*eslint-disable/.test(comment) && !comment.includes(' -- ')) {
      return [`${path}:${index + 1} eslint-disable without a reason (-- why)`];
    }
    return [];
  });
}

const at = (source, node, path, what) => `${path}:${lineOf(source, node)} ${what}`;
