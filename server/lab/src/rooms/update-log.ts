import { open, rename, type FileHandle } from 'node:fs/promises';
import { readFileSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

const HEADER_BYTES = 8;

/**
 * Append-only log of a document's Yjs updates: [length u32][crc32 u32][bytes]. A promise of `append` resolves when
 * the bytes are on disk; appends of the same moment share one fdatasync. A torn tail (kill -9, power) is cut at opening.
 */
export class UpdateLog {
  readonly #path: string;
  #file: FileHandle;
  #bytes: number;
  #waiting: { bytes: Buffer; done: () => void; failed: (error: unknown) => void }[] = [];
  #flushing: Promise<void> | null = null;

  private constructor(path: string, file: FileHandle, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Opens a log; gives it and the updates that are in it. */
  static async open(path: string): Promise<{ log: UpdateLog; updates: Uint8Array[] }> {
    const stored = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const { updates, bytes } = readRecords(stored);
    const file = await open(path, 'a', 0o600);
    if (bytes < stored.length) await file.truncate(bytes);
    return { log: new UpdateLog(path, file, bytes), updates };
  }

  /** Size in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends an update; resolves when it is durable. */
  append(update: Uint8Array): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ bytes: record(update), done, failed });
      this.#flushing ??= this.#flush();
    });
  }

  /** Replaces the whole log by one update that says the same. */
  async compact(whole: () => Uint8Array): Promise<void> {
    while (this.#flushing !== null) await this.#flushing;
    const swap = async () => {
      const bytes = record(whole());
      const next = `${this.#path}.new`;
      const file = await open(next, 'w', 0o600);
      await file.writeFile(bytes);
      await file.datasync();
      await file.close();
      await rename(next, this.#path);
      await syncFolder(dirname(this.#path));
      await this.#file.close();
      this.#file = await open(this.#path, 'a', 0o600);
      this.#bytes = bytes.length;
    };
    // Appends that come meanwhile wait, and follow in the new file.
    this.#flushing = swap().finally(() => (this.#flushing = null));
    await this.#flushing;
    if (this.#waiting.length > 0) this.#flushing ??= this.#flush();
  }

  /** Writes what waits, then closes. */
  async close(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        const bytes = Buffer.concat(batch.map(item => item.bytes));
        await this.#file.appendFile(bytes);
        await this.#file.datasync();
        this.#bytes += bytes.length;
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#flushing = null;
  }
}

function record(update: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(update.length, 0);
  header.writeUInt32LE(checksum(update), 4);
  return Buffer.concat([header, update]);
}

function readRecords(stored: Buffer): { updates: Uint8Array[]; bytes: number } {
  const updates: Uint8Array[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= stored.length) {
    const end = at + HEADER_BYTES + stored.readUInt32LE(at);
    const update = stored.subarray(at + HEADER_BYTES, end);
    if (end > stored.length || stored.readUInt32LE(at + 4) !== checksum(update)) break;
    updates.push(update);
    at = end;
  }
  return { updates, bytes: at };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync();
  await folder.close();
}

function checksum(bytes: Uint8Array): number {
  return crc32(bytes);
}
