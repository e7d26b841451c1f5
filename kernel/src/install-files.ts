import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { wardbookError } from '@wardbook/protocol';

/** What the system says when a folder may not be written. */
const REFUSALS = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EISDIR',
  'EEXIST',
  'ENOSPC',
  'EDQUOT'
]);

/**
 * Writes files into a folder, each whole or not at all (temporary file, then rename); the last one last, so that
 * who sees it sees all.
 *
 * @throws INSTALL_NOT_WRITABLE when the system refuses
 */
export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, Uint8Array | string>,
  mode = 0o644
): Promise<void> {
  const temporary = new Set<string>();
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, content] of files) {
      const file = join(folder, name);
      const part = `${file}.${process.pid}.tmp`;
      temporary.add(part);
      await writeFile(part, content, { mode });
      await rename(part, file);
      temporary.delete(part);
    }
  } catch (error) {
    for (const part of temporary) await rm(part, { force: true }).catch(() => undefined);
    throw refusalOf(error, folder);
  }
}

/** Removes a folder with what is in it. @throws INSTALL_NOT_WRITABLE when the system refuses */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    throw refusalOf(error, dirname(folder));
  }
}

function refusalOf(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !REFUSALS.has(code)) return error;
  return wardbookError('INSTALL_NOT_WRITABLE', { folder, reason: code }, { cause: error });
}
