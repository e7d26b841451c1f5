import { builtinModules } from 'node:module';
import { join, dirname } from 'node:path/posix';
import { importsOf, isTest, packageOf } from './tree.mjs';

/** Imports point down the layers of ARCHITECTURE.md and are declared by the package that makes them. */
export const title = 'imports follow the layers and are declared';

const FIRST_LAYER = ['protocol'];
const EVERYTHING = [
  'protocol',
  'guard',
  'analyses',
  'masking',
  'imaging',
  'kernel',
  'server/coordinator',
  'server/hospital',
  'server/lab'
];

/** Folder of a package → folders of the packages it may import. A package that is not named here is a problem. */
export const MAY_IMPORT = {
  protocol: [],
  guard: FIRST_LAYER,
  analyses: FIRST_LAYER,
  masking: FIRST_LAYER,
  imaging: FIRST_LAYER,
  extension: FIRST_LAYER,
  kernel: ['protocol', 'guard', 'analyses'],
  'server/lab': ['protocol', 'kernel'],
  'server/coordinator': ['protocol', 'analyses', 'masking'],
  'server/hospital': ['protocol', 'guard', 'analyses', 'masking', 'imaging'],
  'server/cli': EVERYTHING,
  testbed: [...EVERYTHING, 'server/cli']
};

/** Packages that run in a browser or judge without I/O: their sources name no `node:` module. */
const WITHOUT_NODE = ['protocol', 'guard', 'analyses'];

/** @param {import('./tree.mjs').Tree} tree @returns {string[]} */
export function check(tree) {
  const manifests = readManifests(tree);
  const rootDev = Object.keys(JSON.parse(tree.text('package.json') || '{}').devDependencies ?? {});
  const problems = [];
  for (const path of tree.paths.filter(file => /\.([cm]?ts|tsx|mjs|js)$/.test(file))) {
    const folder = packageOf(tree, path);
    // The application's entry is bundled from the extension's modules, not from the lab's own.
    if (!folder || folder.startsWith('notebooks') || path.startsWith('server/lab/app/src/'))
      continue;
    for (const { name, line } of importsOf(tree.source(path))) {
      const wrong = judge({ manifests, rootDev, folder, path, name });
      if (wrong) problems.push(`${path}:${line} ${wrong}`);
    }
  }
  return problems;
}

function readManifests(tree) {
  const manifests = new Map();
  for (const path of tree.paths.filter(file => file.endsWith('/package.json'))) {
    manifests.set(dirname(path), JSON.parse(tree.text(path)));
  }
  return manifests;
}

function judge({ manifests, rootDev, folder, path, name }) {
  const inSource = path.startsWith(`${folder}/src/`) && !isTest(path);
  if (name.startsWith('.')) {
    const target = join(dirname(path), name);
    if (!inSource || target.startsWith(`${folder}/`)) return undefined;
    return `reaches out of its package: ${name}`;
  }
  if (name.startsWith('node:') || builtinModules.includes(name)) {
    if (!name.startsWith('node:')) return `write node:${name}`;
    return inSource && WITHOUT_NODE.includes(folder) ? `${folder} has no node: import` : undefined;
  }
  const manifest = manifests.get(folder);
  const module = moduleName(name);
  if (module === manifest.name) return inSource ? `imports its own package` : undefined;
  const target = [...manifests].find(([, { name: other }]) => other === module)?.[0];
  if (target !== undefined) {
    const allowed = MAY_IMPORT[folder];
    if (!allowed) return `${folder} has no place in the layers of scripts/checks/layers.mjs`;
    if (!allowed.includes(target)) return `${folder} may not import ${target}`;
    const doors = Object.keys(manifests.get(target).exports ?? {});
    if (name !== module && !doors.includes(name.replace(module, '.')))
      return `only the doors of a package: ${module}`;
    // An npm root of its own: it takes the compiled types of the layer below by path, and no code.
    if (folder === 'extension') return undefined;
  }
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  if (module in declared) return undefined;
  const isTool =
    !inSource && (rootDev.includes(module) || module in (manifest.devDependencies ?? {}));
  const typesOnly = `@types/${module}` in (manifest.devDependencies ?? {});
  return isTool || typesOnly ? undefined : `${module} is not declared in ${folder}/package.json`;
}

function moduleName(name) {
  const [first = '', second = ''] = name.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
