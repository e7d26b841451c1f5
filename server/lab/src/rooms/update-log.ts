import { copyFile, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readRecords, record } from './log-records.js';
import { syncFolder } from './replace-file.js';

/** The part of a file that a log uses. */
export type LogFile = Pick<FileHandle, 'appendFile' | 'datasync' | 'truncate' | 'close'>;

/** Opens a file for appending. */
export type OpenLogFile = (path: string) => Promise<LogFile>;

/** An opened log and what was in it. */
export interface OpenedLog {
  readonly log: UpdateLog;
  /** Oldest first; empty for a log that begins. */
  readonly updates: readonly Uint8Array[];
  /** Copy of a log that was changed in its middle, or null: what is behind the change is only there. */
  readonly damagedCopy: string | null;
}

/**
 * Append-only log of a document's Yjs updates. A promise of `append` resolves when the bytes are on disk; appends of the
 * same moment share one fdatasync. A torn tail (kill -9, power) is cut at opening. After a failed write the log takes
 * nothing more: what came behind it could not be read back.
 */
export class UpdateLog {
  readonly #path: string;
  readonly #openFile: OpenLogFile;
  #file: LogFile;
  #bytes: number;
  #waiting: { bytes: Buffer; done: () => void; failed: (error: unknown) => void }[] = [];
  #work: Promise<void> = Promise.resolve();
  #isScheduled = false;
  #failure: Error | null = null;

  private constructor(path: string, openFile: OpenLogFile, opened: [LogFile, number]) {
    this.#path = path;
    this.#openFile = openFile;
    [this.#file, this.#bytes] = opened;
  }

  /** Opens a log; gives it and the updates that are in it. */
  static async open(path: string, openFile: OpenLogFile = openToAppend): Promise<OpenedLog> {
    const stored = await readOrNull(path);
    const { updates, bytes, isDamaged } = readRecords(stored ?? Buffer.alloc(0));
    const damagedCopy = isDamaged ? `${path}.damaged-${Date.now()}` : null;
    if (damagedCopy !== null) await copyFile(path, damagedCopy);
    const file = await openFile(path);
    if (stored === null) await syncFolder(dirname(path));
    else if (bytes < stored.length) {
      await file.truncate(bytes);
      await file.datasync();
    }
    return { log: new UpdateLog(path, openFile, [file, bytes]), updates, damagedCopy };
  }

  /** Size in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends an update; resolves when it is durable. @throws Error of the first write that failed */
  append(update: Uint8Array): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ bytes: record(update), done, failed });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      this.#work = this.#work.then(() => this.#flush());
    });
  }

  /** Replaces the whole log by one update that says the same; appends that come meanwhile follow in it. */
  compact(whole: () => Uint8Array): Promise<void> {
    const swapped = this.#work.then(() => this.#swap(whole));
    this.#work = swapped.catch(() => undefined);
    return swapped;
  }

  /** Writes what waits, then closes. */
  async close(): Promise<void> {
    for (let work = null; work !== this.#work;) {
      work = this.#work;
      await work;
    }
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    await new Promise(setImmediate);
    this.#isScheduled = false;
    const batch = this.#waiting.splice(0);
    try {
      if (this.#failure !== null) throw this.#failure;
      await this.#write(Buffer.concat(batch.map(item => item.bytes)));
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
      this.#bytes += bytes.length;
    } catch (error) {
      this.#failure = new Error('the log takes nothing more', { cause: error });
      // Half a record would hide every later one from the next reader; a disk that refuses this too leaves a torn tail.
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
  }

  async #swap(whole: () => Uint8Array): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    const bytes = record(whole());
    const next = `${this.#path}.new`;
    try {
      await writeNew(next, bytes);
    } catch (error) {
      await rm(next, { force: true }).catch(() => undefined);
      throw error;
    }
    try {
      await rename(next, this.#path);
      await syncFolder(dirname(this.#path));
      await this.#file.close();
      this.#file = await this.#openFile(this.#path);
      this.#bytes = bytes.length;
    } catch (error) {
      // Which of the two files is the log is not known: nothing may be appended to either.
      this.#failure = new Error('the log takes nothing more', { cause: error });
      throw error;
    }
  }
}

function openToAppend(path: string): Promise<LogFile> {
  return open(path, 'a', 0o600);
}

async function writeNew(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
