import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const ARCH = { x64: 'x86_64', arm64: 'aarch64' };
/** What the oldest supported Node asks of macOS. */
const MACOS = { x64: 'macosx_10_15_x86_64', arm64: 'macosx_11_0_arm64' };

/**
 * Tag of a wheel with native binaries inside: the system they were built for. On Linux the highest version of
 * glibc that one of them asks for.
 *
 * @param {string} folder with the binaries, at any depth
 * @throws when this system has no tag
 */
export async function wheelTag(folder, { platform, arch } = process) {
  if (platform === 'darwin' && MACOS[arch]) return `py3-none-${MACOS[arch]}`;
  if (platform === 'win32') return `py3-none-${arch === 'arm64' ? 'win_arm64' : 'win_amd64'}`;
  if (platform !== 'linux' || !ARCH[arch])
    throw new Error(`no wheel tag for ${platform} on ${arch}`);
  const [major, minor] = await glibcOf(folder);
  return `py3-none-manylinux_${major}_${minor}_${ARCH[arch]}`;
}

async function glibcOf(folder) {
  // 2.17 is what every supported Linux has.
  let most = [2, 17];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.node')) continue;
    const bytes = await readFile(join(entry.parentPath ?? entry.path, entry.name), 'latin1');
    for (const [, major, minor] of bytes.matchAll(/GLIBC_(\d+)\.(\d+)/g))
      if (Number(major) === most[0] && Number(minor) > most[1]) most = [2, Number(minor)];
  }
  return most;
}
