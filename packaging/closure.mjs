import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One package of the closure. `from` is its folder in the repository, `to` its folder below the wheel's. */
/** @typedef {{ name: string, version: string, license: string | null, from: string, to: string }} Member */

/**
 * All packages that a workspace needs at run time, as the lock file resolved them. Optional packages of other
 * systems are left out.
 *
 * @param {string} root folder with `package-lock.json` and `node_modules`
 * @param {string} workspace such as `kernel`
 * @returns {Member[]}
 */
export function closureOf(root, workspace) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const places = new Map();
  const waiting = [workspace];
  while (waiting.length > 0) {
    const place = waiting.pop();
    if (places.has(place)) continue;
    const manifest = JSON.parse(readFileSync(join(root, place, 'package.json'), 'utf8'));
    places.set(place, manifest);
    const optional = Object.keys(manifest.optionalDependencies ?? {});
    for (const name of neededBy(manifest)) {
      const found = resolveFrom(root, packages, { place, name });
      if (found !== undefined) waiting.push(found);
      else if (!optional.includes(name)) throw new Error(`${place} needs ${name}: not installed`);
    }
  }
  return [...places].map(([place, manifest]) => memberOf(place, manifest, places));
}

function neededBy({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }) {
  const peers = Object.keys(peerDependencies ?? {}).filter(
    name => peerDependenciesMeta?.[name]?.optional !== true
  );
  return new Set([
    ...Object.keys(dependencies ?? {}),
    ...Object.keys(optionalDependencies ?? {}),
    ...peers
  ]);
}

// As Node looks: beside the package, then up. A workspace is a link in the lock file.
function resolveFrom(root, packages, { place, name }) {
  for (let folder = place; ; folder = folder === '.' ? '' : dirname(folder)) {
    const candidate = join(folder === '.' ? '' : folder, 'node_modules', name);
    const entry = packages[candidate];
    if (entry?.link) return entry.resolved;
    if (entry !== undefined && existsSync(join(root, candidate, 'package.json'))) return candidate;
    if (folder === '' || folder === '.') return undefined;
  }
}

function memberOf(place, { name, version, license, licenses }, places) {
  const workspace = [...places.keys()].find(
    key => !key.includes('node_modules') && (place === key || place.startsWith(`${key}/`))
  );
  const to =
    workspace === undefined
      ? place
      : join('node_modules', places.get(workspace).name, place.slice(workspace.length));
  const spdx = license?.type ?? license ?? licenses?.map(({ type }) => type).join(' OR ');
  return { name, version, license: typeof spdx === 'string' ? spdx : null, from: place, to };
}
