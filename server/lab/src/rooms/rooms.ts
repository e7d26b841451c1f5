import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseWith, wardbookError } from '@wardbook/protocol';
import type { NotebookFolder } from '../http/notebook-folder.js';
import type { DocumentEntry, DocumentIndex } from './document-index.js';
import { Notebook } from './nbformat.js';
import { releasedOnly } from './released-only.js';
import { replaceFile, syncFolder } from './replace-file.js';
import { Room } from './room.js';

/** What all rooms need from outside. */
export interface RoomsOptions {
  /** Where the documents' logs are kept. */
  readonly folder: string;
  readonly index: DocumentIndex;
  readonly notebooks: NotebookFolder;
  /** Whether a federated result in a file is one that the coordinator released. @throws COORDINATOR_UNREACHABLE */
  readonly isReleased: (result: unknown) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** All open rooms of the lab; each is opened once and stays until the lab ends. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #open = new Map<string, Promise<Room>>();

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  /** The document of a notebook's path, begun from its file at the first time. @throws LAB_NOT_FOUND, LAB_NOT_A_NOTEBOOK */
  async document(path: string): Promise<DocumentEntry> {
    const known = this.#options.index.atPath(path);
    if (known !== null) return known;
    if (!existsSync(this.#options.notebooks.resolve(path)))
      throw wardbookError('LAB_NOT_FOUND', { path });
    await this.#readFile(path);
    return this.#options.index.atPath(path) ?? this.#options.index.add(path);
  }

  /**
   * The room of a document.
   *
   * @throws LAB_NOT_FOUND, COORDINATOR_UNREACHABLE when a file that holds results is opened the first time
   */
  room(document: string): Promise<Room> {
    const entry = this.#options.index.byId(document);
    if (entry === null) return Promise.reject(wardbookError('LAB_NOT_FOUND', { path: document }));
    let room = this.#open.get(document);
    if (room === undefined) {
      room = this.#start(entry);
      this.#open.set(document, room);
      room.catch(() => this.#open.delete(document));
    }
    return room;
  }

  /** The notebook of a path as it is now: from its room when it is shared, else null. */
  async live(path: string): Promise<Notebook | null> {
    const entry = this.#options.index.atPath(path);
    return entry === null ? null : (await this.room(entry.document)).notebook.toNotebook();
  }

  /** Writes everything down. */
  async close(): Promise<void> {
    for (const room of this.#open.values()) await (await room).close();
  }

  async #start(entry: DocumentEntry): Promise<Room> {
    const folder = join(this.#options.folder, entry.document);
    if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined)
      await syncFolder(this.#options.folder);
    const logPath = join(folder, 'updates.log');
    return Room.open(
      {
        document: entry.document,
        logPath,
        exportFile: async notebook => {
          const path = this.#options.index.byId(entry.document)?.path;
          if (path === undefined) return;
          const target = this.#options.notebooks.resolve(path);
          await mkdir(dirname(target), { recursive: true });
          await replaceFile(target, `${JSON.stringify(notebook.toNotebook(), null, 1)}\n`);
        },
        onError: this.#options.onError,
        onFailed: () => this.#open.delete(entry.document)
      },
      // A lab that was killed in between leaves a log that holds nothing: the file is still the notebook.
      async () => releasedOnly(await this.#readFile(entry.path), this.#options.isReleased)
    );
  }

  async #readFile(path: string): Promise<Notebook> {
    const text = await readFile(this.#options.notebooks.resolve(path), 'utf8');
    if (text.trim() === '') return EMPTY;
    try {
      return parseWith(Notebook, JSON.parse(text), 'LAB_NOT_A_NOTEBOOK');
    } catch (error) {
      throw wardbookError('LAB_NOT_A_NOTEBOOK', { path }, { cause: error });
    }
  }
}

const EMPTY: Notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] };
