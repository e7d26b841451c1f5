import ts from 'typescript';
import { isTest, lineOf, packageSources } from './tree.mjs';

/**
 * Measures that are printed and never a reason to cut a file in an odd place.
 *
 * @param {import('./tree.mjs').Tree} tree
 * @returns {string[]} one line per aim
 */
export function aims(tree) {
  const files = packageSources(tree).filter(path => !isTest(path));
  const lines = files.map(path => ({ path, count: tree.text(path).split('\n').length }));
  lines.sort((a, b) => a.count - b.count);
  const functions = files.flatMap(path => functionsOf(tree.source(path), path));
  const long = functions.filter(({ lineCount }) => lineCount > 50);
  const wide = functions.filter(({ parameterCount }) => parameterCount > 3);
  const ninetieth = lines[Math.floor(lines.length * 0.9)]?.count ?? 0;
  return [
    `lines per file, 90th percentile: ${ninetieth} (aim 180); over 300: ${names(lines.filter(({ count }) => count > 300).map(({ path }) => path))}`,
    `functions over 50 lines: ${share(long, functions)} (aim 0.5 %): ${names(long.map(({ at }) => at))}`,
    `more than three parameters: ${share(wide, functions)} (aim 0 %): ${names(wide.map(({ at }) => at))}`
  ];
}

function functionsOf(source, path) {
  const found = [];
  const visit = node => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const end = source.getLineAndCharacterOfPosition(node.getEnd()).line + 1;
      const start = lineOf(source, node);
      found.push({
        at: `${path}:${start}`,
        lineCount: end - start + 1,
        parameterCount: node.parameters.length
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const share = (part, all) => `${((100 * part.length) / Math.max(1, all.length)).toFixed(1)} %`;
const names = list =>
  list.length === 0 ? 'none' : [...list.slice(0, 6), ...(list.length > 6 ? ['…'] : [])].join(', ');
