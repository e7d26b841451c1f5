import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path/posix';

/** Each analysis is held against a number that somebody else computed, on data that has not changed since. */
export const title = 'analyses: derivation, reference values with by, command, sha256 of the data';

/** @param {import('./tree.mjs').Tree} tree @returns {string[]} */
export function check(tree) {
  const analyses = tree.paths
    .filter(path => /^analyses\/src\/[^/]+\/present\.ts$/.test(path))
    .map(path => dirname(path));
  const files = tree.paths.filter(path => /^analyses\/src\/.*reference\.json$/.test(path));
  const hashes = dataHashes(tree);
  return [
    ...analyses.flatMap(folder =>
      ['reference.json', 'reference.R', 'derivation.md']
        .filter(name => !tree.paths.includes(`${folder}/${name}`))
        .map(name => `${folder} has no ${name}`)
    ),
    ...files.flatMap(path => judgeFile(tree, path, hashes))
  ];
}

/** sha256 of each data file → its paths. */
function dataHashes(tree) {
  const hashes = new Map();
  for (const path of tree.paths.filter(file =>
    /^(notebooks|analyses)\/.*\.(csv|json|parquet)$/.test(file)
  )) {
    if (path.endsWith('reference.json')) continue;
    const hash = createHash('sha256').update(tree.bytes(path)).digest('hex');
    hashes.set(hash, [...(hashes.get(hash) ?? []), path]);
  }
  return hashes;
}

function judgeFile(tree, path, hashes) {
  let parsed;
  try {
    parsed = JSON.parse(tree.text(path));
  } catch {
    return [`${path} is not JSON`];
  }
  const common = Array.isArray(parsed) ? {} : parsed;
  const entries = entriesOf(parsed);
  if (entries.length === 0) return [`${path} has no entry with a value`];
  return entries.flatMap(({ name, entry }) =>
    judgeEntry(entry, common, hashes, path, tree).map(what => `${path} ${name}: ${what}`)
  );
}

/** Objects with `value` or `values`, at any depth, with their path inside the file. */
function entriesOf(node, name = '') {
  if (typeof node !== 'object' || node === null) return [];
  if (!Array.isArray(node) && ('value' in node || 'values' in node))
    return [{ name: name || 'entry', entry: node }];
  return Object.entries(node).flatMap(([key, child]) =>
    entriesOf(child, name ? `${name}.${key}` : key)
  );
}

function judgeEntry(entry, common, hashes, path, tree) {
  const problems = [];
  const both = { ...common, ...entry };
  for (const field of ['by', 'command']) {
    if (typeof both[field] !== 'string' || both[field] === '') problems.push(`no ${field}`);
  }
  const sources = [both.data ?? both.sha256].flat();
  if (sources[0] === undefined) return [...problems, 'no data with its sha256'];
  for (const data of sources) {
    const hash = typeof data === 'string' ? data : (data?.sha256 ?? both.sha256);
    if (!/^[0-9a-f]{64}$/.test(hash ?? '')) {
      problems.push('no sha256 of the data');
      continue;
    }
    const found = hashes.get(hash);
    if (!found) problems.push(`no data file has the sha256 ${hash.slice(0, 12)}…`);
    const named = typeof data === 'object' ? (data?.file ?? data?.path) : undefined;
    const places = named ? [named, join(dirname(path), named)] : [];
    if (found && named && !places.some(place => found.includes(place))) {
      problems.push(tree.has(named) ? `${named} has another sha256` : `there is no ${named}`);
    }
  }
  return problems;
}
