import ts from 'typescript';
import { isTest } from './tree.mjs';

/** Each numbered rule of a SPEC.md is tried at its edge from both sides and against its attack. */
export const title = 'rules of SPEC.md: tests say [ID] allowed, refused, attack';

const ID = /^[A-Z]{1,3}\d+[a-z]?$/;

/** What the three tests of a rule say after the ID: `[D1] allowed: …`, `[D1] (refused) …`, `[D1 attack] …`. */
export const KINDS = ['allowed', 'refused', 'attack'];

/** @param {import('./tree.mjs').Tree} tree @returns {string[]} */
export function check(tree) {
  const specs = tree.paths.filter(path => path.endsWith('SPEC.md'));
  const known = new Map(
    specs.flatMap(spec => ruleIds(tree.text(spec)).map(id => [id, { spec, kinds: new Set() }]))
  );
  const problems = [];
  for (const path of tree.paths.filter(file => isTest(file) && /\.[cm]?[jt]sx?$/.test(file))) {
    if (path.startsWith('scripts/')) continue;
    for (const name of testTitles(tree.source(path))) {
      for (const id of citedIds(name)) {
        const rule = known.get(id);
        if (rule) for (const kind of kindsOf(name)) rule.kinds.add(kind);
        else problems.push(`${path} cites an unknown rule [${id}]`);
      }
    }
  }
  for (const [id, { spec, kinds }] of known) {
    const missing = KINDS.filter(kind => !kinds.has(kind));
    if (missing.length > 0) problems.push(`${spec} [${id}] has no test: ${missing.join(', ')}`);
  }
  return problems;
}

/** IDs that a specification defines: first thing in a heading, a list item or a row of a table. @param {string} text */
export function ruleIds(text) {
  const ids = text.split('\n').flatMap(line => {
    const first = /^\s*(?:#+|[-*]|\|)\s*[*`[]*([A-Z]{1,3}\d+[a-z]?)\b/.exec(line)?.[1];
    return first && ID.test(first) ? [first] : [];
  });
  return [...new Set(ids)];
}

function testTitles(source) {
  const found = [];
  const visit = node => {
    if (ts.isCallExpression(node) && /^(it|test|describe)\b/.test(node.expression.getText())) {
      const [first] = node.arguments;
      if (first && (ts.isStringLiteralLike(first) || ts.isTemplateExpression(first))) {
        found.push(first.getText().slice(1, -1));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function citedIds(name) {
  return [...name.matchAll(/\[([^\]]*)\]/g)]
    .flatMap(([, inside = '']) => inside.split(/[\s,]+/))
    .filter(word => ID.test(word));
}

const kindsOf = name => KINDS.filter(kind => new RegExp(`\\b${kind}\\b`, 'i').test(name));
