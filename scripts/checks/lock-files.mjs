/** Lock files carry hashes, not addresses: a clone behind a mirror installs the same bytes. */
export const title = 'lock files name no address and every package has its hash';

/** @param {import('./tree.mjs').Tree} tree @returns {string[]} */
export function check(tree) {
  return tree.paths
    .filter(path => /(^|\/)package-lock\.json$/.test(path))
    .flatMap(path => judge(path, JSON.parse(tree.text(path))));
}

function judge(path, { packages = {} }) {
  const addressed = [];
  const unhashed = [];
  for (const [name, { resolved = '', integrity, link, inBundle }] of Object.entries(packages)) {
    if (/^(https?|git|ssh)/.test(resolved)) addressed.push(name);
    if (name.includes('node_modules/') && !link && !inBundle && !integrity) unhashed.push(name);
  }
  return [
    ...(addressed.length > 0
      ? [`${path}: ${addressed.length} packages name an address, first ${addressed[0]}`]
      : []),
    ...unhashed.map(name => `${path}: ${name} has no integrity hash`)
  ];
}
