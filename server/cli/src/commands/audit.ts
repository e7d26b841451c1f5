import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  auditReport,
  readAudit,
  readAuditLog,
  verifyAuditLog,
  type AuditFinding,
  type AuditRecord
} from '@wardbook/hospital';
import { verifyWith } from '@wardbook/masking';
import { Charter, WardbookError, parseWith, wardbookError } from '@wardbook/protocol';
import type { Command } from 'commander';
import { quotedHeads } from '../audit-heads.js';
import { readJson } from '../federation/description.js';
import { layoutOf } from '../federation/layout.js';
import { planLine } from '../plan-line.js';
import { printJson, printLine } from '../print.js';

interface Flags {
  readonly home: string;
  readonly hospital?: string;
  readonly day?: string;
  readonly head?: string;
  readonly json?: true;
}

/** Adds `wardbook audit verify` and `wardbook audit report`. */
export function auditCommand(program: Command): void {
  const audit = program.command('audit').description('what left the hospitals, and proof of it');
  shared(audit.command('verify'))
    .description('verify the chained, signed logs of the hospitals')
    .option('--head <hash>', 'a record that must be in the log, as printed on a result')
    .action(verify);
  shared(audit.command('report'))
    .description('list what left and what was refused')
    .option('--day <date>', 'only this day (UTC, YYYY-MM-DD)')
    .action(report);
}

function shared(command: Command): Command {
  return command
    .option('--home <dir>', 'home folder of the federation', '.wardbook')
    .option('--hospital <id>', 'only this hospital')
    .option('--json', 'print machine-readable lines');
}

async function verify(flags: Flags): Promise<void> {
  const layout = layoutOf(flags.home);
  const charter = parseWith(Charter, await readJson(layout.charter), 'CONFIG_INVALID');
  // Before the logs: a hospital writes its record before its release leaves.
  const heads = quotedHeads(layout.coordinator.state, charter);
  const broken: string[] = [];
  let headFound = flags.head === undefined;
  for (const hospital of await hospitalsOf(flags)) {
    try {
      const key = charter.hospitals.find(({ id }) => id === hospital)?.signingKey;
      if (key === undefined) throw wardbookError('HOSPITAL_UNKNOWN', { hospital });
      const log = readAuditLog(layout.hospital(hospital).state);
      headFound ||= log.entries.some(({ hash }) => hash === flags.head);
      const finding = verifyAuditLog(log, verifyWith(key), heads?.get(hospital) ?? []);
      printFinding(hospital, finding, { json: flags.json === true, atHand: heads !== null });
    } catch (error) {
      if (!(error instanceof WardbookError)) throw error;
      broken.push(hospital);
      printBroken(hospital, error, flags.json === true);
    }
  }
  if (broken.length > 0) throw wardbookError('AUDIT_BROKEN_CHAIN', { hospitals: broken });
  if (!headFound)
    throw wardbookError('AUDIT_BROKEN_CHAIN', { reason: 'no log holds the record of --head' });
}

function printFinding(
  hospital: string,
  { records, answers, heads }: AuditFinding,
  { json, atHand }: { readonly json: boolean; readonly atHand: boolean }
): void {
  if (json) return printJson({ event: 'verified', hospital, records, answers, heads });
  if (records === 0) return printLine(`${hospital}: no records, and no answer that would need one`);
  printLine(`${hospital}: ${records} records, unbroken and signed`);
  const quoted = atHand
    ? `${heads} heads that the coordinator's releases quote`
    : "no coordinator's store at hand to compare heads with";
  printLine(`${hospital}: one record for each of ${answers} stored answers; ${quoted}`);
}

function printBroken(hospital: string, { code, limits }: WardbookError, json: boolean): void {
  if (json) return printJson({ event: 'broken', hospital, code, ...limits });
  const { sequence, reason, run } = limits;
  const where = sequence === undefined ? code : `BROKEN at record ${String(sequence)}`;
  const what = reason === undefined ? '' : `: ${String(reason)}`;
  printLine(`${hospital}: ${where}${what}${run === undefined ? '' : ` (run ${String(run)})`}`);
}

async function report(flags: Flags): Promise<void> {
  const layout = layoutOf(flags.home);
  for (const hospital of await hospitalsOf(flags)) {
    for (const record of auditReport(readAudit(layout.hospital(hospital).state), flags.day)) {
      if (flags.json) printJson({ hospital, ...record });
      else printRecord(hospital, record);
    }
  }
}

function printRecord(hospital: string, record: AuditRecord): void {
  const { at, event, analysis, requester, bytesOut, code, plan, planHash } = record;
  const refused = code === null ? '' : `  ${code}`;
  printLine(
    `${at}  ${hospital}  ${event}  ${analysis}  asked by ${requester}  ${bytesOut} bytes${refused}`
  );
  printLine(
    plan === undefined
      ? `    the record holds no question, only its hash ${planHash}`
      : `    ${planLine(plan)}`
  );
}

async function hospitalsOf(flags: Flags): Promise<string[]> {
  const folder = join(layoutOf(flags.home).home, 'hospitals');
  if (!existsSync(folder)) throw wardbookError('CONFIG_INVALID', { path: folder });
  const all = (await readdir(folder)).sort();
  const chosen = flags.hospital === undefined ? all : all.filter(id => id === flags.hospital);
  if (chosen.length === 0)
    throw wardbookError('HOSPITAL_UNKNOWN', { hospital: flags.hospital ?? '' });
  return chosen;
}
