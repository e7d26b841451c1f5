import { dirname, join } from 'node:path/posix';
import { importsOf, packageSources } from './tree.mjs';

/** No file of a package imports itself by a chain of relative imports; type-only imports are free. */
export const title = 'no import cycle';

/** @param {import('./tree.mjs').Tree} tree @returns {string[]} one line per cycle */
export function check(tree) {
  const files = new Set(packageSources(tree));
  const edges = new Map([...files].map(path => [path, targets(tree, path, files)]));
  const state = new Map();
  const problems = [];
  const visit = (path, trail) => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      problems.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of files) visit(path, []);
  return problems;
}

function targets(tree, path, files) {
  return importsOf(tree.source(path))
    .filter(({ name, typeOnly }) => name.startsWith('.') && !typeOnly)
    .map(({ name }) => join(dirname(path), name).replace(/\.js$/, ''))
    .map(base => [`${base}.ts`, `${base}.tsx`, base].find(file => files.has(file)))
    .filter(file => file !== undefined);
}
