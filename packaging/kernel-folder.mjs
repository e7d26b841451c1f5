import { chmod, copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { closureOf } from './closure.mjs';
import { hasLicence, isKept } from './prune.mjs';

/** What a workspace package consists of when it is installed; the rest of its folder is its source. */
const WORKSPACE = /^(package\.json$|dist\/|logo\/)/;

/**
 * Copies the kernel with everything it needs into a folder that runs by itself.
 *
 * @param {string} root of the repository
 * @param {string} target made by the caller, empty
 * @returns {Promise<{ packages: number, files: number, bytes: number }>}
 */
export async function copyKernel(root, target) {
  const members = closureOf(root, 'kernel');
  const total = { packages: members.length, files: 0, bytes: 0 };
  const notices = [];
  for (const member of members) {
    const { name, version, license, to } = member;
    const isOwn = !member.from.includes('node_modules');
    const paths = await pathsBelow(join(root, member.from));
    const licensed = hasLicence(paths);
    if (license === null && !licensed) throw new Error(`${name} ${version} names no licence`);
    const system = { platform: process.platform, arch: process.arch, hasLicence: licensed };
    for (const path of paths) {
      if ((isOwn && !WORKSPACE.test(path)) || !isKept(name, path, system)) continue;
      const file = join(target, to, path);
      total.bytes += await copyWhole(join(root, member.from, path), file);
      total.files += 1;
    }
    if (!isOwn) notices.push(`${name} ${version}  ${license ?? 'its own text'}  ${to}`);
  }
  const head = 'Packages in this folder, their licences, and where the licence texts lie:\n\n';
  await writeFile(join(target, 'THIRD-PARTY.txt'), `${head}${notices.sort().join('\n')}\n`);
  return total;
}

async function copyWhole(from, to) {
  await mkdir(dirname(to), { recursive: true });
  const { mode, size } = await stat(from);
  await copyFile(from, to);
  await chmod(to, mode & 0o111 ? 0o755 : 0o644);
  return size;
}

// A package's own files: what lies in its node_modules is a package of its own.
async function pathsBelow(folder, top = folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') found.push(...(await pathsBelow(path, top)));
    } else if (entry.isFile()) found.push(relative(top, path).split(sep).join('/'));
  }
  return found;
}
