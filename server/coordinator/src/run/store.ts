import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Result, RunId, RunView } from '@wardbook/protocol';
import Database from 'libsql';
import { Packr } from 'msgpackr';
import type { RunEvent, RunRecord } from './state.js';

/** What starts a run; everything else are events. */
export type RunStart = Pick<
  RunRecord,
  'run' | 'plan' | 'planHash' | 'request' | 'participants' | 'requestedAt' | 'requester'
>;

/** A hospital's signed release frame. */
export interface SignedRelease {
  readonly hospital: string;
  readonly frame: Uint8Array;
}

const packr = new Packr({ useRecords: false });

const WRITE_MS = 50;
const RETRY_MS = 1_000;

/**
 * Runs and their events. WAL with `synchronous = NORMAL`. A new run and its end are written at once; the events
 * between them together with others within 50 ms: what a kill or a power cut takes away of these is had again, since
 * every hospital gives its stored answer to the same round a second time. An end is not: whoever was told of one would
 * find another after the kill (its date, or a run that goes on although it was cancelled).
 */
export class RunStore {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #waiting = new Map<RunId, RunEvent[]>();
  /** Ended runs that are not in the file yet, and whom to tell when they are. */
  readonly #finals = new Map<string, { readonly view: RunView; readonly written: () => void }>();
  readonly #results = new Map<string, Result>();
  readonly #releases = new Map<string, readonly SignedRelease[]>();
  /** Runs with events in the file. */
  readonly #written = new Set<RunId>();
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param home folder of the coordinator's state
   * @param onError hears of events that could not be written yet
   */
  constructor(home: string, onError: (error: unknown) => void = () => undefined) {
    this.#onError = onError;
    mkdirSync(home, { recursive: true, mode: 0o700 });
    this.#database = new Database(join(home, 'coordinator.db'));
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS runs(run TEXT PRIMARY KEY, start BLOB NOT NULL, final TEXT);
      CREATE TABLE IF NOT EXISTS events(run TEXT, sequence INTEGER, event BLOB NOT NULL, PRIMARY KEY(run, sequence));
      CREATE TABLE IF NOT EXISTS results(question TEXT PRIMARY KEY, result TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS releases(run TEXT, hospital TEXT, frame BLOB NOT NULL, PRIMARY KEY(run, hospital));
      CREATE TABLE IF NOT EXISTS nonces(nonce TEXT PRIMARY KEY, run TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS readings(at TEXT, member TEXT, run TEXT);`);
  }

  /** The run that a request's nonce began, or null. */
  runOfNonce(nonce: string): string | null {
    const row: unknown = this.#prepare('SELECT run FROM nonces WHERE nonce = ?').get(nonce);
    return isRow(row) ? String(row['run']) : null;
  }

  /** Marks a request's nonce as used for a run. */
  claimNonce(nonce: string, run: string): void {
    this.#prepare('INSERT INTO nonces VALUES (?, ?)').run(nonce, run);
  }

  /** Stores a new run with its request's nonce, both or neither. */
  addRun(start: RunStart): void {
    this.#atomically(() => {
      this.claimNonce(start.request.nonce, start.run);
      this.#prepare('INSERT INTO runs VALUES (?, ?, NULL)').run(start.run, packr.pack(start));
    });
  }

  /** Appends an event of a run. */
  addEvent(run: RunId, event: RunEvent): void {
    const waiting = this.#waiting.get(run) ?? [];
    this.#waiting.set(run, waiting);
    waiting.push(event);
    this.#writeSoon();
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => this.#writeOrTryAgain(), WRITE_MS);
  }

  // A full disk holds up nobody: what is not written is asked of the hospitals again after a restart.
  #writeOrTryAgain(): void {
    this.#timer = null;
    try {
      this.#write();
    } catch (error) {
      this.#onError(error);
      this.#timer = setTimeout(() => this.#writeOrTryAgain(), RETRY_MS);
    }
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#atomically(() => {
      this.#writeEvents();
      this.#writeEnds();
    });
    const ended = [...this.#finals.values()];
    for (const run of this.#waiting.keys()) this.#written.add(run);
    for (const { view } of ended) this.#written.delete(view.run);
    for (const waiting of [this.#waiting, this.#finals, this.#results, this.#releases])
      waiting.clear();
    for (const { written } of ended) written();
  }

  #writeEvents(): void {
    const insert = this.#prepare(
      'INSERT INTO events SELECT ?, COALESCE(MAX(sequence), 0) + 1, ? FROM events WHERE run = ?'
    );
    for (const [run, events] of this.#waiting)
      for (const event of events) insert.run(run, packr.pack(event), run);
  }

  #writeEnds(): void {
    const keep = this.#prepare('INSERT OR REPLACE INTO releases VALUES (?, ?, ?)');
    for (const [run, releases] of this.#releases)
      for (const { hospital, frame } of releases) keep.run(run, hospital, Buffer.from(frame));
    for (const [question, result] of this.#results)
      this.#prepare('INSERT OR REPLACE INTO results VALUES (?, ?)').run(
        question,
        JSON.stringify(result)
      );
    for (const { view } of this.#finals.values()) {
      this.#prepare('UPDATE runs SET final = ? WHERE run = ?').run(JSON.stringify(view), view.run);
      if (this.#written.has(view.run))
        this.#prepare('DELETE FROM events WHERE run = ?').run(view.run);
    }
  }

  /**
   * Ends a run: its final view stays, its relayed contributions are deleted.
   *
   * @param written called when that is in the file, mostly at once: only then may anybody be told
   */
  endRun(view: RunView, written: () => void = () => undefined): void {
    this.#waiting.delete(view.run);
    this.#finals.set(view.run, { view, written });
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#writeOrTryAgain();
  }

  /** Runs without a final state, with their events in order. */
  openRuns(): { start: RunStart; events: RunEvent[] }[] {
    return this.#prepare('SELECT run, start FROM runs WHERE final IS NULL')
      .all()
      .filter(isRow)
      .map(row => {
        this.#written.add(row['run'] as RunId);
        return row;
      })
      .map(row => ({
        start: packr.unpack(row['start'] as Buffer) as RunStart,
        events: this.#prepare('SELECT event FROM events WHERE run = ? ORDER BY sequence')
          .all(row['run'])
          .filter(isRow)
          .map(event => packr.unpack(event['event'] as Buffer) as RunEvent)
      }));
  }

  /** The final view of an ended run. */
  finalView(run: string): RunView | null {
    const row: unknown = this.#prepare('SELECT final FROM runs WHERE run = ?').get(run);
    return isRow(row) && typeof row['final'] === 'string'
      ? (JSON.parse(row['final']) as RunView)
      : null;
  }

  /** Keeps a result for the same question on the same data; written with the end of its run. */
  keepResult(question: string, result: Result): void {
    this.#results.set(question, result);
  }

  /** Keeps the signed releases of a run; written with its end. */
  keepReleases(run: string, releases: readonly SignedRelease[]): void {
    this.#releases.set(run, releases);
  }

  /** The signed releases of a run, by hospital; empty when it released nothing. */
  releases(run: string): readonly SignedRelease[] {
    return this.#prepare('SELECT hospital, frame FROM releases WHERE run = ? ORDER BY hospital')
      .all(run)
      .filter(isRow)
      .map(row => ({
        hospital: String(row['hospital']),
        frame: new Uint8Array(row['frame'] as Uint8Array)
      }));
  }

  /** The kept result of a question. */
  keptResult(question: string): Result | null {
    const row: unknown = this.#prepare('SELECT result FROM results WHERE question = ?').get(
      question
    );
    return isRow(row) ? (JSON.parse(String(row['result'])) as Result) : null;
  }

  /** Logs that a member read a kept result. */
  logReading(at: string, member: string, run: string): void {
    this.#prepare('INSERT INTO readings VALUES (?, ?, ?)').run(at, member, run);
  }

  #atomically(work: () => void): void {
    this.#prepare('BEGIN IMMEDIATE').run();
    try {
      work();
      this.#prepare('COMMIT').run();
    } catch (error) {
      // A COMMIT that failed may have rolled back by itself.
      if (this.#database.inTransaction) this.#prepare('ROLLBACK').run();
      throw error;
    }
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Closes the file. */
  close(): void {
    this.#write();
    this.#database.close();
  }
}

function isRow(row: unknown): row is Record<string, unknown> {
  return typeof row === 'object' && row !== null;
}
