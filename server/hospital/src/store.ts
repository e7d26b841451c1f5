import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, type Hash, type Sign } from '@wardbook/protocol';
import Database from 'libsql';
import { AUDIT_START, auditBytes, type AuditEntry, type AuditRecord } from './audit.js';
import { chainOf } from './read-audit.js';

/** What a finished job left behind: answer, and what the next round needs. */
export interface StoredJob {
  readonly requestHash: string;
  /** JSON of the analysis' state that this round's contribution was computed from; null after the end. */
  readonly state: string | null;
  readonly context: Hash | null;
  readonly transcript: Hash;
  /** Snapshot the answer was computed on. */
  readonly snapshot: Hash;
  /** Whole answer frame, sent again on redelivery. */
  readonly answer: Uint8Array;
}

const NONCE_LIFE_MS = 2 * 24 * 3_600_000;
const PURGE_EVERY = 1_000;

/** The hospital's durable memory: answers, audit chain, pinned facts. One transaction a round. */
export class HospitalStore {
  readonly #database: Database.Database;
  readonly #sign: Sign;
  readonly #statements = new Map<string, Database.Statement>();
  /** Ended runs whose states are forgotten with the next answer: no write of their own. */
  readonly #ended = new Set<string>();
  #head: { sequence: number; hash: Hash };
  // Jobs of open runs: this process alone writes the file, so they need not be read again in every round.
  readonly #jobs = new Map<string, Map<number, StoredJob>>();

  /**
   * @param home folder of the hospital's state
   * @param sign signs audit records
   */
  constructor(home: string, sign: Sign) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    this.#sign = sign;
    this.#database = new Database(join(home, 'hospital.db'));
    // FULL: an answer or an audit record that was sent must survive a power cut.
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS facts(name TEXT PRIMARY KEY, value BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS jobs(run TEXT, round INTEGER, request TEXT NOT NULL, state TEXT,
        context TEXT, transcript TEXT NOT NULL, snapshot TEXT NOT NULL, answer BLOB NOT NULL, PRIMARY KEY(run, round));
      CREATE TABLE IF NOT EXISTS requests(nonce TEXT PRIMARY KEY, run TEXT NOT NULL, at TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS audit(sequence INTEGER PRIMARY KEY, record TEXT NOT NULL,
        hash TEXT NOT NULL, signature TEXT NOT NULL);`);
    this.#head = this.#readHead();
  }

  /** Hash of the newest audit record. */
  get auditHead(): Hash {
    return this.#head.hash;
  }

  /** A pinned fact; the given value is stored when there is none yet. */
  fact(name: string, initial: () => Uint8Array): Uint8Array {
    const row: unknown = this.#prepare('SELECT value FROM facts WHERE name = ?').get(name);
    if (isRow(row)) return new Uint8Array(row['value'] as Uint8Array);
    const value = initial();
    this.#prepare('INSERT INTO facts VALUES (?, ?)').run(name, Buffer.from(value));
    return value;
  }

  /** Pins a fact anew. */
  setFact(name: string, value: Uint8Array): void {
    this.#prepare('INSERT OR REPLACE INTO facts VALUES (?, ?)').run(name, Buffer.from(value));
  }

  /** The stored answer of a job. */
  job(run: string, round: number): StoredJob | null {
    return this.#jobs.get(run)?.get(round) ?? this.#readJob(run, round);
  }

  #readJob(run: string, round: number): StoredJob | null {
    const row: unknown = this.#prepare('SELECT * FROM jobs WHERE run = ? AND round = ?').get(
      run,
      round
    );
    if (!isRow(row)) return null;
    return {
      requestHash: String(row['request']),
      state: typeof row['state'] === 'string' ? row['state'] : null,
      context: typeof row['context'] === 'string' ? (row['context'] as Hash) : null,
      transcript: String(row['transcript']) as Hash,
      snapshot: String(row['snapshot']) as Hash,
      answer: new Uint8Array(row['answer'] as Uint8Array)
    };
  }

  /** Whether a request's nonce was used for another run. */
  isNonceUsed(nonce: string, run: string): boolean {
    const row: unknown = this.#prepare('SELECT run FROM requests WHERE nonce = ?').get(nonce);
    return isRow(row) && row['run'] !== run;
  }

  /**
   * Stores an answer and its audit record in one transaction.
   *
   * @param nonce of the member's request, bound to this run
   * @param makeJob gets the hash of the new audit record, for answers that quote it
   */
  finishJob(
    { run, round, nonce }: { readonly run: string; readonly round: number; readonly nonce: string },
    record: AuditRecord,
    makeJob: (auditHead: Hash) => StoredJob
  ): StoredJob {
    const ended = [...this.#ended];
    const stored = this.#atomically(() => {
      const head = this.#append(record);
      if (round === 0) this.#rememberRequest(nonce, run, record.at);
      for (const run of ended) this.#prepare('UPDATE jobs SET state = NULL WHERE run = ?').run(run);
      const job = makeJob(head);
      this.#prepare('INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
        run,
        round,
        job.requestHash,
        job.state,
        job.context,
        job.transcript,
        job.snapshot,
        Buffer.from(job.answer)
      );
      return job;
    });
    for (const run of ended) this.#ended.delete(run);
    const rounds = this.#jobs.get(run) ?? new Map<number, StoredJob>();
    this.#jobs.set(run, rounds.set(round, stored));
    return stored;
  }

  /** Forgets the working states of an ended run; answers and audit stay. */
  endRun(run: string): void {
    this.#ended.add(run);
    this.#jobs.delete(run);
  }

  /** Forgets the working states of all runs but those that are open. */
  keepOnly(openRuns: readonly string[]): void {
    const rows = this.#database
      .prepare('SELECT DISTINCT run FROM jobs WHERE state IS NOT NULL')
      .all()
      .filter(isRow)
      .map(row => String(row['run']));
    for (const run of rows) if (!openRuns.includes(run)) this.endRun(run);
  }

  #rememberRequest(nonce: string, run: string, at: string): void {
    this.#prepare('INSERT OR IGNORE INTO requests VALUES (?, ?, ?)').run(nonce, run, at);
    if (this.#head.sequence % PURGE_EVERY !== 1) return;
    // A request is refused after a day by its date: its nonce need not be kept longer.
    const before = new Date(Date.parse(at) - NONCE_LIFE_MS).toISOString();
    this.#prepare('DELETE FROM requests WHERE at < ?').run(before);
  }

  /** The whole audit chain, oldest first. */
  audit(): AuditEntry[] {
    return chainOf(this.#database);
  }

  // One transaction; the audit chain's head goes back with it.
  #atomically<T>(work: () => T): T {
    const head = this.#head;
    this.#prepare('BEGIN IMMEDIATE').run();
    try {
      const result = work();
      this.#prepare('COMMIT').run();
      return result;
    } catch (error) {
      this.#head = head;
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

  #append(record: AuditRecord): Hash {
    const sequence = this.#head.sequence + 1;
    const text = canonicalJson({ ...record, sequence, previous: this.#head.hash });
    const bytes = auditBytes(text);
    const hash = createHash('sha256').update(bytes).digest('hex') as Hash;
    const signature = Buffer.from(this.#sign(bytes)).toString('hex');
    this.#prepare('INSERT INTO audit VALUES (?, ?, ?, ?)').run(sequence, text, hash, signature);
    this.#head = { sequence, hash };
    return hash;
  }

  #readHead(): { sequence: number; hash: Hash } {
    const row: unknown = this.#prepare(
      'SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1'
    ).get();
    return isRow(row)
      ? { sequence: Number(row['sequence']), hash: String(row['hash']) as Hash }
      : { sequence: 0, hash: AUDIT_START };
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}

function isRow(row: unknown): row is Record<string, unknown> {
  return typeof row === 'object' && row !== null;
}
