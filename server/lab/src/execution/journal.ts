import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan, SignedRequest } from '@wardbook/protocol';
import Database from 'libsql';

/** An execution of a cell that has not ended. */
export interface OpenExecution {
  readonly id: string;
  readonly document: string;
  readonly cell: string;
  readonly user: string;
  readonly state: 'queued' | 'running';
}

/** A federated request that a cell made. */
export interface FederatedRequest {
  readonly execution: string;
  readonly plan: Plan;
  readonly request: SignedRequest;
}

/** Executions and their federated requests on disk, so that a lab that was killed knows what it had begun. */
export class Journal {
  readonly #database: Database.Database;

  /** @param home folder of the lab's state */
  constructor(home: string) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    this.#database = new Database(join(home, 'executions.db'));
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS executions(
        id TEXT PRIMARY KEY, document TEXT, cell TEXT, user TEXT, state TEXT, at TEXT);
      CREATE TABLE IF NOT EXISTS requests(
        nonce TEXT PRIMARY KEY, execution TEXT, plan TEXT, request TEXT);`);
  }

  /** Notes an execution before anything of it happens. */
  add(execution: OpenExecution): void {
    const { id, document, cell, user, state } = execution;
    this.#database
      .prepare('INSERT INTO executions VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, document, cell, user, state, new Date().toISOString());
  }

  /** Its turn has come. */
  begin(id: string): void {
    this.#database.prepare("UPDATE executions SET state = 'running' WHERE id = ?").run(id);
  }

  /** It ended, and the document says how. */
  end(id: string): void {
    this.#database.prepare('DELETE FROM executions WHERE id = ?').run(id);
    this.#database.prepare('DELETE FROM requests WHERE execution = ?').run(id);
  }

  /** Notes a federated request before it is sent. */
  addRequest({ execution, plan, request }: FederatedRequest): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO requests VALUES (?, ?, ?, ?)')
      .run(request.nonce, execution, JSON.stringify(plan), JSON.stringify(request));
  }

  /** Executions without an end, oldest first. */
  open(): OpenExecution[] {
    return this.#database
      .prepare('SELECT id, document, cell, user, state FROM executions ORDER BY at, rowid')
      .all() as OpenExecution[];
  }

  /** Federated requests of an execution, oldest first. */
  requestsOf(execution: string): FederatedRequest[] {
    const rows = this.#database
      .prepare('SELECT plan, request FROM requests WHERE execution = ? ORDER BY rowid')
      .all(execution) as { plan: string; request: string }[];
    return rows.map(({ plan, request }) => ({
      execution,
      plan: JSON.parse(plan) as Plan,
      request: JSON.parse(request) as SignedRequest
    }));
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}
