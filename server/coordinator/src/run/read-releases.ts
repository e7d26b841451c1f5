import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import type { SignedRelease } from './store.js';

/**
 * Reads all signed releases of a coordinator's state folder without changing it.
 *
 * @param home folder of the coordinator's state
 * @returns by run and hospital; null when the folder holds no store
 */
export function readReleases(home: string): readonly SignedRelease[] | null {
  const file = join(home, 'coordinator.db');
  if (!existsSync(file)) return null;
  const database = new Database(file, { readonly: true });
  try {
    return database
      .prepare('SELECT hospital, frame FROM releases ORDER BY run, hospital')
      .all()
      .filter(isRow)
      .map(row => ({
        hospital: String(row['hospital']),
        frame: new Uint8Array(row['frame'] as Uint8Array)
      }));
  } finally {
    database.close();
  }
}

function isRow(row: unknown): row is Record<string, unknown> {
  return typeof row === 'object' && row !== null;
}
