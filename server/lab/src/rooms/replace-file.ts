import { randomBytes } from 'node:crypto';
import { open, rename } from 'node:fs/promises';

/** Writes a file whole or not at all: a reader never meets half of it. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const next = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  const file = await open(next, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(next, path);
}
