import * as encoding from 'lib0/encoding';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';
import { NotebookDoc } from './notebook-doc.js';
import { ResultJudge } from './result-judge.js';
import type { Notebook } from './nbformat.js';
import { UpdateLog, type OpenLogFile } from './update-log.js';
import { SYNC, AWARENESS } from './wire.js';

const EXPORT_MS = 400;
const COMPACT_BYTES = 8_000_000;

/** A member of a room as the room sees it. */
export interface RoomMember {
  /** Sends a frame. */
  readonly send: (frame: Uint8Array) => void;
  /** Ends the connection because the room failed; the page comes back by itself. */
  readonly drop: () => void;
}

/** What a room needs from outside. */
export interface RoomOptions {
  readonly document: string;
  readonly logPath: string;
  /** Writes the notebook file; called after changes, never twice at a time. */
  readonly exportFile: (notebook: NotebookDoc) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** The log takes nothing more: whoever needs the document opens it anew, as it is on disk. */
  readonly onFailed: () => void;
}

/**
 * A shared notebook: the Yjs document in memory, its log on disk, and who is there. The log is the truth; the notebook
 * file is written from it and read only once, when the document begins.
 */
export class Room {
  readonly document: string;
  readonly notebook: NotebookDoc;
  readonly awareness: awarenessProtocol.Awareness;
  readonly #options: RoomOptions;
  readonly #log: UpdateLog;
  readonly #members = new Set<RoomMember>();
  readonly #judge: ResultJudge;
  #pending: Uint8Array[] = [];
  #flush: Promise<void> = Promise.resolve();
  #durable: Promise<void> = Promise.resolve();
  #isJudged = false;
  #hasFailed = false;
  #compactAbove = COMPACT_BYTES;
  #exportTimer: NodeJS.Timeout | null = null;
  #exporting: Promise<void> = Promise.resolve();

  private constructor(options: RoomOptions, notebook: NotebookDoc, log: UpdateLog) {
    this.#options = options;
    this.document = options.document;
    this.notebook = notebook;
    this.#log = log;
    this.awareness = new awarenessProtocol.Awareness(notebook.doc);
    this.awareness.setLocalState(null);
    this.#judge = new ResultJudge(notebook.doc);
    notebook.doc.on('update', (update: Uint8Array) => this.#changed(update));
    this.awareness.on('update', (change: Record<'added' | 'updated' | 'removed', number[]>) =>
      this.#tellAwareness([...change.added, ...change.updated, ...change.removed])
    );
  }

  /** Opens a room from its log; `begin` gives the notebook of a document whose log holds nothing yet. */
  static async open(
    options: RoomOptions,
    begin: () => Promise<Notebook>,
    openFile?: OpenLogFile
  ): Promise<Room> {
    const { log, updates, damagedCopy } = await UpdateLog.open(options.logPath, openFile);
    if (damagedCopy !== null) options.onError(new Error(`damaged log kept as ${damagedCopy}`));
    const notebook = new NotebookDoc(new Y.Doc({ gc: true }));
    if (updates.length > 0) Y.applyUpdate(notebook.doc, Y.mergeUpdates([...updates]));
    else {
      notebook.fill(await begin());
      await log.append(Y.encodeStateAsUpdate(notebook.doc));
    }
    return new Room(options, notebook, log);
  }

  /** Resolves when everything applied so far is on disk. */
  get durable(): Promise<void> {
    return this.#flush.then(() => this.#durable);
  }

  /** Number of people's connections. */
  get size(): number {
    return this.#members.size;
  }

  /** Lets a connection hear what happens. */
  join(member: RoomMember): void {
    this.#members.add(member);
    const states = [...this.awareness.getStates().keys()];
    if (states.length > 0) member.send(awarenessFrame(this.awareness, states));
  }

  /** A connection is gone. */
  leave(member: RoomMember, clients: Iterable<number>): void {
    this.#members.delete(member);
    awarenessProtocol.removeAwarenessStates(this.awareness, [...clients], member);
  }

  /** Applies a person's update. @returns false when it would bring in a federated result that no run released */
  apply(update: Uint8Array, origin: RoomMember): boolean {
    if (!this.#judge.accepts(update)) return false;
    this.#isJudged = true;
    try {
      Y.applyUpdate(this.notebook.doc, update, origin);
    } finally {
      this.#isJudged = false;
    }
    return true;
  }

  /** Makes a released result known, so that people may move, copy and restore it. */
  vouchFor(result: unknown): void {
    this.#judge.vouchFor(result);
  }

  /** Writes everything down and closes the files. */
  async close(): Promise<void> {
    if (this.#exportTimer !== null) this.#startExport();
    await this.durable.catch(this.#options.onError);
    await this.#exporting;
    this.awareness.destroy();
    await this.#log.close();
  }

  #changed(update: Uint8Array): void {
    if (!this.#isJudged) this.#judge.follow(update);
    // Updates of one tick travel as one frame and one log record.
    this.#pending.push(update);
    if (this.#pending.length === 1)
      this.#flush = new Promise(resolve =>
        setImmediate(() => {
          this.#flushPending();
          resolve();
        })
      );
    if (!this.#hasFailed) this.#exportTimer ??= setTimeout(() => this.#startExport(), EXPORT_MS);
  }

  #flushPending(): void {
    const update = Y.mergeUpdates(this.#pending.splice(0));
    const written = this.#log.append(update);
    this.#durable = written;
    written.catch((error: unknown) => this.#fail(error));
    const encoder = encoding.createEncoder();
    encoding.writeUint8(encoder, SYNC);
    sync.writeUpdate(encoder, update);
    const frame = encoding.toUint8Array(encoder);
    for (const member of this.#members) member.send(frame);
    if (this.#log.bytes > this.#compactAbove) this.#compact();
  }

  #compact(): void {
    this.#compactAbove = Number.POSITIVE_INFINITY;
    this.#log
      .compact(() => Y.encodeStateAsUpdate(this.notebook.doc))
      .catch(this.#options.onError)
      .finally(() => (this.#compactAbove = Math.max(COMPACT_BYTES, 2 * this.#log.bytes)));
  }

  // What is here and not on disk was never acknowledged: pages send it again to the room that is opened next.
  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onError(error);
    if (this.#exportTimer !== null) clearTimeout(this.#exportTimer);
    this.#exportTimer = null;
    this.#options.onFailed();
    for (const member of [...this.#members]) member.drop();
    this.awareness.destroy();
    this.#log.close().catch(this.#options.onError);
  }

  #tellAwareness(clients: readonly number[]): void {
    const frame = awarenessFrame(this.awareness, clients);
    for (const member of this.#members) member.send(frame);
  }

  #startExport(): void {
    if (this.#exportTimer !== null) clearTimeout(this.#exportTimer);
    this.#exportTimer = null;
    this.#exporting = this.#exporting
      .then(() => this.#options.exportFile(this.notebook))
      .catch(this.#options.onError);
  }
}

function awarenessFrame(
  awareness: awarenessProtocol.Awareness,
  clients: readonly number[]
): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, AWARENESS);
  encoding.writeVarUint8Array(
    encoder,
    awarenessProtocol.encodeAwarenessUpdate(awareness, [...clients])
  );
  return encoding.toUint8Array(encoder);
}
