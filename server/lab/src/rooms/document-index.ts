import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from './replace-file.js';

const Entry = z.strictObject({
  document: z.uuid(),
  lineage: z.uuid(),
  kernel: z.uuid(),
  path: z.string()
});

/** A shared document: `lineage` changes only when its history is begun anew. */
export type DocumentEntry = z.infer<typeof Entry>;

/** Which document lies behind which path. Rooms are named by document, so a renamed notebook keeps its room. */
export class DocumentIndex {
  readonly #file: string;
  readonly #entries: Map<string, DocumentEntry>;

  /** @param folder where the documents' logs are kept */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = join(folder, 'index.json');
    const stored = existsSync(this.#file)
      ? z.array(Entry).parse(JSON.parse(readFileSync(this.#file, 'utf8')))
      : [];
    this.#entries = new Map(stored.map(entry => [entry.path, entry]));
  }

  /** All documents. */
  all(): readonly DocumentEntry[] {
    return [...this.#entries.values()];
  }

  /** The document behind a path. */
  atPath(path: string): DocumentEntry | null {
    return this.#entries.get(path) ?? null;
  }

  /** A document by its id. */
  byId(document: string): DocumentEntry | null {
    return this.all().find(entry => entry.document === document) ?? null;
  }

  /** Begins a document for a path. */
  async add(path: string): Promise<DocumentEntry> {
    const entry = { document: randomUUID(), lineage: randomUUID(), kernel: randomUUID(), path };
    this.#entries.set(path, entry);
    await this.#save();
    return entry;
  }

  /** Follows a renamed file or folder. */
  async rename(from: string, to: string): Promise<void> {
    for (const entry of this.all()) {
      if (entry.path !== from && !entry.path.startsWith(`${from}/`)) continue;
      this.#entries.delete(entry.path);
      const path = to + entry.path.slice(from.length);
      this.#entries.set(path, { ...entry, path });
    }
    await this.#save();
  }

  /** Forgets the documents of a deleted file or folder; their logs stay. */
  async remove(path: string): Promise<void> {
    for (const entry of this.all())
      if (entry.path === path || entry.path.startsWith(`${path}/`))
        this.#entries.delete(entry.path);
    await this.#save();
  }

  async #save(): Promise<void> {
    await replaceFile(this.#file, JSON.stringify(this.all(), null, 2));
  }
}
