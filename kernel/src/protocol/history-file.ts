import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** One input of a session. Lines count from 1. */
export interface HistoryEntry {
  readonly session: number;
  readonly line: number;
  readonly source: string;
}

/** A longer file is cut to its younger half when a session begins, bytes. */
const LONGEST_FILE = 16 * 1_048_576;

/**
 * Inputs of all sessions, one JSON line `[session, line, source]` each. Several kernels append to it at once: a line
 * is one write, and a session number is taken by creating a file of that name.
 */
export class HistoryFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** All entries in the order they were written. A file that cannot be read is empty. */
  async read(): Promise<HistoryEntry[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    return text.split('\n').flatMap(entryOf);
  }

  /** Adds entries. @throws what the disk says */
  async append(entries: readonly HistoryEntry[]): Promise<void> {
    const lines = entries.map(({ session, line, source }) =>
      JSON.stringify([session, line, source])
    );
    await appendFile(this.#path, `${lines.join('\n')}\n`, { mode: 0o600 });
  }

  /** A session number that no other kernel has or had. @throws what the disk says */
  async begin(): Promise<number> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await this.#cut();
    const last = (await this.read()).reduce((most, { session }) => Math.max(most, session), 0);
    const session = await this.#take(last + 1);
    await this.#forget(last);
    return session;
  }

  async #take(from: number): Promise<number> {
    for (let session = from; ; session += 1) {
      try {
        await writeFile(this.#claim(session), '', { flag: 'wx', mode: 0o600 });
        return session;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
    }
  }

  // Sessions that are in the file need no other sign.
  async #forget(last: number): Promise<void> {
    const folder = dirname(this.#path);
    const prefix = `${basename(this.#path)}.session-`;
    for (const name of await readdir(folder).catch(() => []))
      if (name.startsWith(prefix) && Number(name.slice(prefix.length)) <= last)
        await rm(join(folder, name), { force: true });
  }

  #claim(session: number): string {
    return `${this.#path}.session-${session}`;
  }

  async #cut(): Promise<void> {
    const { size } = await stat(this.#path).catch(() => ({ size: 0 }));
    if (size <= LONGEST_FILE) return;
    const bytes = await readFile(this.#path);
    const half = bytes.subarray(bytes.indexOf(10, bytes.length - LONGEST_FILE / 2) + 1);
    const kept = `${this.#path}.${process.pid}`;
    await writeFile(kept, half, { mode: 0o600 });
    await rename(kept, this.#path);
  }
}

function entryOf(text: string): HistoryEntry[] {
  try {
    const [session, line, source] = JSON.parse(text) as unknown[];
    if (typeof session !== 'number' || typeof line !== 'number') return [];
    return typeof source === 'string' ? [{ session, line, source }] : [];
  } catch {
    // A line that was cut by a full disk.
    return [];
  }
}
