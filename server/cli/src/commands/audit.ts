import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { auditReport, readAudit, verifyAudit } from '@wardbook/hospital';
import { verifyWith } from '@wardbook/masking';
import { Charter, parseWith, wardbookError, type Hash } from '@wardbook/protocol';
import type { Command } from 'commander';
import { readJson } from '../federation/description.js';
import { layoutOf } from '../federation/layout.js';
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
  for (const hospital of await hospitalsOf(flags)) {
    const key = charter.hospitals.find(({ id }) => id === hospital)?.signingKey;
    if (key === undefined) throw wardbookError('HOSPITAL_UNKNOWN', { hospital });
    const entries = readAudit(layout.hospital(hospital).state);
    const records = verifyAudit(entries, verifyWith(key), flags.head as Hash | undefined);
    if (flags.json) printJson({ event: 'verified', hospital, records });
    else printLine(`${hospital}: ${records} records, unbroken and signed`);
  }
}

async function report(flags: Flags): Promise<void> {
  const layout = layoutOf(flags.home);
  for (const hospital of await hospitalsOf(flags)) {
    for (const record of auditReport(readAudit(layout.hospital(hospital).state), flags.day)) {
      if (flags.json) printJson({ hospital, ...record });
      else
        printLine(
          `${record.at}  ${hospital}  ${record.event}  ${record.analysis}  asked by ${record.requester}  ${record.bytesOut} bytes${record.code === null ? '' : `  ${record.code}`}`
        );
    }
  }
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
