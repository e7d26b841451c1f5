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

const packr = new Packr({ useRecords: false });

/**
 * Runs and their events. WAL with `synchronous = NORMAL`: a killed process loses nothing; after a power cut
 * the last events are asked of the hospitals again, whose answers are durable.
 */
export class RunStore {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  /** @param home folder of the coordinator's state */
  constructor(home: string) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    this.#database = new Database(join(home, 'coordinator.db'));
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS runs(run TEXT PRIMARY KEY, start BLOB NOT NULL, final TEXT);
      CREATE TABLE IF NOT EXISTS events(run TEXT, sequence INTEGER, event BLOB NOT NULL, PRIMARY KEY(run, sequence));
      CREATE TABLE IF NOT EXISTS results(question TEXT PRIMARY KEY, result TEXT NOT NULL);
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
    this.#database.transaction(() => {
      this.claimNonce(start.request.nonce, start.run);
      this.#prepare('INSERT INTO runs VALUES (?, ?, NULL)').run(start.run, packr.pack(start));
    })();
  }

  /** Appends an event of a run. */
  addEvent(run: RunId, event: RunEvent): void {
    this.#prepare(
      'INSERT INTO events SELECT ?, COALESCE(MAX(sequence), 0) + 1, ? FROM events WHERE run = ?'
    ).run(run, packr.pack(event), run);
  }

  /** Ends a run: its final view stays, its relayed contributions are deleted. */
  endRun(view: RunView): void {
    this.#database.transaction(() => {
      this.#prepare('UPDATE runs SET final = ? WHERE run = ?').run(JSON.stringify(view), view.run);
      this.#prepare('DELETE FROM events WHERE run = ?').run(view.run);
    })();
  }

  /** Runs without a final state, with their events in order. */
  openRuns(): { start: RunStart; events: RunEvent[] }[] {
    return this.#prepare('SELECT run, start FROM runs WHERE final IS NULL')
      .all()
      .filter(isRow)
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

  /** Keeps a result for the same question on the same data. */
  keepResult(question: string, result: Result): void {
    this.#prepare('INSERT OR REPLACE INTO results VALUES (?, ?)').run(
      question,
      JSON.stringify(result)
    );
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

  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}

function isRow(row: unknown): row is Record<string, unknown> {
  return typeof row === 'object' && row !== null;
}
