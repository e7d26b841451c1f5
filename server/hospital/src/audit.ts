import { createHash } from 'node:crypto';
import { wardbookError, type Hash, type Plan, type Verify } from '@wardbook/protocol';

/** One decision of a hospital; the store adds sequence and previous hash. Never a value of a patient. */
export interface AuditRecord {
  /** ISO date-time. */
  readonly at: string;
  readonly event: 'contribution' | 'release' | 'refusal';
  readonly run: string;
  readonly round: number;
  readonly planHash: string;
  /** The question itself. Records of hospitals that ran an earlier version hold its hash only. */
  readonly plan?: Plan;
  readonly requester: string;
  readonly purpose: string;
  readonly analysis: string;
  readonly rules: readonly { readonly rule: string; readonly pass: boolean }[];
  /** SHA-256 of the evidence the rules saw. */
  readonly evidenceHash: string | null;
  /** SHA-256 and size of the payload that leaves. */
  readonly bytesOutHash: string | null;
  readonly bytesOut: number;
  /** Code of a refusal. */
  readonly code: string | null;
}

/** A stored record: canonical JSON, its hash, the hospital's signature. */
export interface AuditEntry {
  readonly sequence: number;
  readonly record: string;
  readonly hash: Hash;
  readonly signature: string;
}

/** Previous hash of the first record. */
export const AUDIT_START = '0'.repeat(64) as Hash;

/** The bytes of a record that are hashed and signed. */
export function auditBytes(record: string): Uint8Array {
  return Buffer.from(`wardbook/audit/1\n${record}`);
}

/**
 * Verifies a chain: every record in its place, unchanged, signed, and linked to the one before.
 *
 * @param entries oldest first, from sequence 1
 * @param expectedHead a hash known from outside (a released result quotes it); found missing = tail was cut
 * @returns number of records
 * @throws AUDIT_BROKEN_CHAIN with `{ sequence, reason }` at the first fault
 */
export function verifyAudit(
  entries: readonly AuditEntry[],
  verify: Verify,
  expectedHead?: Hash
): number {
  let previous = AUDIT_START;
  entries.forEach((entry, index) => {
    const broken = (reason: string): never => {
      throw wardbookError('AUDIT_BROKEN_CHAIN', { sequence: index + 1, reason });
    };
    const bytes = auditBytes(entry.record);
    const record = parsed(entry.record);
    const linked =
      typeof record === 'object' &&
      record !== null &&
      'previous' in record &&
      'sequence' in record &&
      record.previous === previous &&
      record.sequence === index + 1 &&
      entry.sequence === index + 1;
    if (!linked) broken('order');
    if (createHash('sha256').update(bytes).digest('hex') !== entry.hash) broken('changed');
    if (!verify(bytes, Buffer.from(entry.signature, 'hex'))) broken('signature');
    previous = entry.hash;
  });
  if (expectedHead !== undefined && !entries.some(({ hash }) => hash === expectedHead))
    throw wardbookError('AUDIT_BROKEN_CHAIN', { sequence: entries.length + 1, reason: 'cut' });
  return entries.length;
}

function parsed(record: string): unknown {
  try {
    return JSON.parse(record);
  } catch {
    return null;
  }
}

/** The records of one day (UTC, `YYYY-MM-DD`): what left and what was refused. */
export function auditReport(entries: readonly AuditEntry[], day?: string): AuditRecord[] {
  return entries
    .map(({ record }) => JSON.parse(record) as AuditRecord)
    .filter(({ at }) => day === undefined || at.startsWith(day));
}
