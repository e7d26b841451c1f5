import { join } from 'node:path';
import { wardbookError, type Hash } from '@wardbook/protocol';
import Database from 'libsql';
import type { AuditEntry } from './audit.js';
import type { AuditLog } from './audit-evidence.js';

/**
 * Reads the audit chain of a hospital's state folder without changing it.
 *
 * @param home folder of the hospital's state
 * @throws AUDIT_BROKEN_CHAIN when the file is not there or is no database
 */
export function readAudit(home: string): AuditEntry[] {
  return reading(home, chainOf);
}

/**
 * Reads the audit chain together with the answers that belong to it, at one moment: the hospital may be working.
 *
 * @param home folder of the hospital's state
 * @throws AUDIT_BROKEN_CHAIN when the file is not there or is no database
 */
export function readAuditLog(home: string): AuditLog {
  return reading(home, database => {
    database.exec('BEGIN');
    const entries = chainOf(database);
    const answers = database
      .prepare('SELECT run, round, answer FROM jobs ORDER BY run, round')
      .all()
      .filter(isRow)
      .map(row => ({
        run: String(row['run']),
        round: Number(row['round']),
        answer: new Uint8Array(row['answer'] as Uint8Array)
      }));
    database.exec('COMMIT');
    return { entries, answers };
  });
}

/** The audit chain in an open database, oldest first. */
export function chainOf(database: Database.Database): AuditEntry[] {
  return database
    .prepare('SELECT * FROM audit ORDER BY sequence')
    .all()
    .filter(isRow)
    .map(row => ({
      sequence: Number(row['sequence']),
      record: String(row['record']),
      hash: String(row['hash']) as Hash,
      signature: String(row['signature'])
    }));
}

function reading<T>(home: string, read: (database: Database.Database) => T): T {
  let database: Database.Database | null = null;
  try {
    database = new Database(join(home, 'hospital.db'), { readonly: true, fileMustExist: true });
    return read(database);
  } catch (error) {
    throw wardbookError(
      'AUDIT_BROKEN_CHAIN',
      { sequence: 1, reason: 'unreadable' },
      { cause: error }
    );
  } finally {
    database?.close();
  }
}

function isRow(row: unknown): row is Record<string, unknown> {
  return typeof row === 'object' && row !== null;
}
