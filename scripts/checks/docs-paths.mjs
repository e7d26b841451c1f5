import { dirname, join, normalize } from 'node:path/posix';
import { documents, prose } from './markdown.mjs';

/** A document names only files and folders that exist. */
export const title = 'paths named in documents exist';

/** What is made by a build or a start, so that no clone has it. */
const MADE = /(^|\/)(dist|node_modules|build|labextension|lib|coverage|\.wardbook|\.cache)(\/|$)/;

/** @param {import('./tree.mjs').Tree} tree @returns {string[]} */
export function check(tree) {
  const tops = new Set(tree.paths.map(path => path.split('/')[0]));
  return documents(tree).flatMap(path =>
    prose(tree.text(path))
      .split('\n')
      .flatMap((line, index) =>
        [...links(line), ...paths(line, tops)]
          .filter(name => !exists(tree, path, name))
          .map(name => `${path}:${index + 1} names ${name}`)
      )
  );
}

const links = line =>
  [...line.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter(target => !/^[a-z]+:/.test(target));

/** Inline code that begins with a top entry of the repository and has no placeholder in it. */
const paths = (line, tops) =>
  [...line.matchAll(/`([^`\s]+)`/g)]
    .map(([, word = '']) => word.replace(/[:#]\d*$/, ''))
    .filter(word => /^[\w.@-]+(\/[\w.@-]*)+$/.test(word) && tops.has(word.split('/')[0]));

function exists(tree, from, name) {
  const places = [normalize(name), join(dirname(from), name)].map(place =>
    place.replace(/\/$/, '')
  );
  return places.some(place => MADE.test(place) || tree.has(place));
}
