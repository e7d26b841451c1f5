import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { CliExit } from '../exit.js';
import { packageFile } from '../federation/configs.js';
import { printLine } from '../print.js';

interface Flags {
  readonly json?: true;
}

const SERVICES = ['coordinator', 'hospital', 'lab'] as const;

/** Adds `wardbook coordinator|hospital|lab CONFIG`: one process of a federation by its configuration file. */
export function serviceCommands(program: Command): void {
  for (const name of SERVICES)
    program
      .command(name)
      .argument('<config>', `${name}.json`)
      .description(`start one ${name} by its configuration file`)
      .option('--json', 'print machine-readable lines')
      .action((config: string, flags: Flags) => runService(name, config, flags));
}

/** Runs a service to its end. It prints JSON lines itself; for people only their event and address are shown. */
async function runService(name: string, config: string, flags: Flags): Promise<void> {
  const script = packageFile(`@wardbook/${name}`, 'main.js');
  const child = spawn(process.execPath, [script, config], {
    stdio: ['inherit', flags.json ? 'inherit' : 'pipe', 'inherit']
  });
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', line => printLine(forPeople(name, line)));
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  await once(child, 'close');
  if (child.exitCode !== 0) throw new CliExit(child.exitCode ?? 1);
}

function forPeople(name: string, line: string): string {
  try {
    const { event, ...facts } = JSON.parse(line) as Record<string, unknown>;
    return [name, String(event), ...Object.values(facts).map(String)].join('  ');
  } catch {
    return line;
  }
}
