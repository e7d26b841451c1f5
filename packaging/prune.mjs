/** Files that no kernel reads, by package; paths are relative to the package. */
const LEFT_OUT = [
  [/./, /\.map$|(^|\/)\.[^/]+$|\.tsbuildinfo$|\.test\.(js|d\.ts)$|_test\.(js|d\.ts)$/],
  [/./, /(?<!\.d)\.(ts|mts|cts|tsx)$/],
  [/./, /^(node_modules|tests?|__tests__|docs?|examples?|benchmarks?|scripts?)\//],
  // Bundles for browsers beside the one that Node loads.
  [/^@tensorflow\//, /^dist\/(tf[\w-]*(\.min|\.es2017|\.fesm)[\w.]*js|miniprogram\/)/],
  [/^@tensorflow\//, /^(src|wasm-src)\//],
  // Node loads one file of each of these; the modules that bundlers take are as many again.
  [/^@tensorflow\//, /^dist\/(?!tf[\w-]*\.node\.js$).*\.js$/],
  [/^mathjs$/, /^(lib\/(browser|esm)|types)\//],
  // The transpiler is one file; type checks are done by the language server of TypeScript 7.
  [/^typescript$/, /^(bin\/|lib\/(?!typescript\.js$))/],
  [/^zeromq$/, /^(src|script|vcpkg|build\/(?!(linux|darwin|win32|manifest)))/]
];

/** Folders with one build for each system: only this system's is kept. */
const BUILDS = /^build\/(linux|darwin|win32)\/(\w+)\//;
/**
 * Of zeromq's builds for Linux: the one for ABI 127 (it keeps to Node-API, so every Node from 20 on loads it) asks for
 * glibc 2.25, those for other ABIs for 2.38.
 */
const ANY_LINUX = /^build\/(?!linux\/)|\/glibc-127-/;
/** Licences must travel with the code. */
const LICENCE = /(^|\/)(licen[cs]e|copying|notice|copyright|authors)[^/]*$/i;

/**
 * Whether a file of a package goes into the wheel.
 *
 * @param {string} name package
 * @param {string} path relative to the package, with slashes
 * @param {{ platform: string, arch: string, hasLicence: boolean }} system
 */
export function isKept(name, path, { platform, arch, hasLicence }) {
  if (LICENCE.test(path)) return true;
  if (/^readme[^/]*$/i.test(path)) return !hasLicence;
  if (/\.(md|markdown)$/i.test(path)) return false;
  const build = BUILDS.exec(path);
  if (name === 'zeromq' && build !== null)
    return build[1] === platform && build[2] === arch && ANY_LINUX.test(path);
  return !LEFT_OUT.some(([who, what]) => who.test(name) && what.test(path));
}

/** Whether one of a package's files is its licence. @param {readonly string[]} paths */
export function hasLicence(paths) {
  return paths.some(path => !path.includes('/') && LICENCE.test(path));
}
