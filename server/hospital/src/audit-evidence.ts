import {
  HospitalMessage,
  decodeFrame,
  sha256Hex,
  wardbookError,
  type Hash,
  type Verify
} from '@wardbook/protocol';
import { verifyAudit, type AuditEntry, type AuditRecord } from './audit.js';

/** An answer that the hospital gave: the frame as it was sent. */
export interface GivenAnswer {
  readonly run: string;
  readonly round: number;
  readonly answer: Uint8Array;
}

/** A hospital's log with the answers that must be in it, read at one moment. */
export interface AuditLog {
  /** Oldest first. */
  readonly entries: readonly AuditEntry[];
  readonly answers: readonly GivenAnswer[];
}

/** A record's hash that somebody else quotes; `run` is the run whose release quotes it. */
export interface QuotedHead {
  readonly run: string;
  readonly head: Hash;
}

/** What a log was found to hold. */
export interface AuditFinding {
  readonly records: number;
  readonly answers: number;
  readonly heads: number;
}

type Leaves = Pick<AuditRecord, 'event' | 'bytesOutHash' | 'bytesOut' | 'code'>;

/**
 * Verifies a log against what it is about: the chain itself, one record for every stored answer and one answer for
 * every record, and the heads that others quote. A log that was emptied or cut has an intact chain: only the answers
 * and the heads show it.
 *
 * @param quoted heads known from outside, such as those in the releases a coordinator keeps
 * @throws AUDIT_BROKEN_CHAIN with `{ sequence, reason }`; `run` and `round` where an answer is concerned
 */
export function verifyAuditLog(
  log: AuditLog,
  verify: Verify,
  quoted: readonly QuotedHead[] = []
): AuditFinding {
  const records = verifyAudit(log.entries, verify);
  checkAnswers(log, verify);
  const hashes = new Set<string>(log.entries.map(({ hash }) => hash));
  for (const { run, head } of quoted)
    if (!hashes.has(head)) throw broken(records + 1, 'quoted head is missing', { run });
  return { records, answers: log.answers.length, heads: quoted.length };
}

function checkAnswers(log: AuditLog, verify: Verify): void {
  const records = new Map<string, { entry: AuditEntry; record: AuditRecord }>();
  for (const entry of log.entries) {
    const record = JSON.parse(entry.record) as AuditRecord;
    const place = { run: record.run, round: record.round };
    if (records.has(keyOf(place))) throw broken(entry.sequence, 'record twice', place);
    records.set(keyOf(place), { entry, record });
  }
  for (const given of log.answers) {
    const place = { run: given.run, round: given.round };
    const found = records.get(keyOf(place));
    if (found === undefined) throw broken(log.entries.length + 1, 'answer without a record', place);
    records.delete(keyOf(place));
    if (!isRecordOf(found.record, found.entry, given, verify))
      throw broken(found.entry.sequence, 'answer differs from its record', place);
  }
  for (const { entry, record } of records.values())
    throw broken(entry.sequence, 'record without its answer', {
      run: record.run,
      round: record.round
    });
}

function isRecordOf(
  record: AuditRecord,
  entry: AuditEntry,
  given: GivenAnswer,
  verify: Verify
): boolean {
  const message = messageOf(given.answer, verify);
  if (message === null || message.type === 'hello' || message.run !== given.run) return false;
  if (message.type === 'release' && message.auditHead !== entry.hash) return false;
  const left = leavesWith(message);
  return (Object.keys(left) as (keyof Leaves)[]).every(name => left[name] === record[name]);
}

function leavesWith(message: Exclude<HospitalMessage, { type: 'hello' }>): Leaves {
  if (message.type === 'refusal') return leaves('refusal', Buffer.from(message.code), message.code);
  return message.type === 'release'
    ? leaves('release', Buffer.from(message.values), null)
    : leaves('contribution', message.values, null);
}

function leaves(event: AuditRecord['event'], payload: Uint8Array, code: string | null): Leaves {
  return { event, bytesOutHash: sha256Hex(payload), bytesOut: payload.length, code };
}

function messageOf(answer: Uint8Array, verify: Verify): HospitalMessage | null {
  try {
    const { payload, signed, signature } = decodeFrame(answer);
    return verify(signed, signature) ? HospitalMessage.parse(payload) : null;
  } catch {
    return null;
  }
}

function keyOf({ run, round }: { readonly run: string; readonly round: number }): string {
  return `${run} ${round}`;
}

function broken(
  sequence: number,
  reason: string,
  place: { readonly run: string; readonly round?: number }
) {
  return wardbookError('AUDIT_BROKEN_CHAIN', { sequence, reason, ...place });
}
