import { chmod, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes JSON whole or not at all: temporary file, fsync, rename. */
export async function writeJson(file: string, content: unknown, mode = 0o644): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w', mode);
  try {
    await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(temporary, mode);
  await rename(temporary, file);
}

/** Writes JSON that only its owner may read. */
export async function writeSecret(file: string, content: unknown): Promise<void> {
  await writeJson(file, content, 0o600);
}
