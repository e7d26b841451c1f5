import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { packageFile } from '../federation/configs.js';
import { startFederation, type RunningFederation } from '../federation/start.js';
import { printJson, printLine, printLog } from '../print.js';

interface Flags {
  readonly home: string;
  readonly json?: true;
  readonly open: boolean;
  readonly lab: boolean;
}

/** Adds `wardbook federation FOLDER`: starts what a folder describes and runs until it is interrupted. */
export function federationCommand(program: Command): void {
  addFlags(program.command('federation').argument('<folder>', 'folder with federation.json'))
    .description('start coordinator, hospitals and lab of a folder')
    .action((folder: string, flags: Flags) => runFederation(folder, flags));
}

/** The flags that `federation` and `demo` share. */
export function addFlags(command: Command): Command {
  return command
    .option('--home <dir>', 'folder for keys, data and notebooks of this federation', '.wardbook')
    .option('--json', 'print machine-readable lines')
    .option('--no-open', 'do not open a browser')
    .option('--no-lab', 'coordinator and hospitals only');
}

/** Starts a federation, prints its links, and waits for SIGINT or SIGTERM. */
export async function runFederation(
  folder: string,
  flags: Flags,
  afterStart: () => Promise<void> = () => Promise.resolve()
): Promise<void> {
  const json = flags.json === true;
  // Before anything starts: a signal that comes at once must not leave processes behind.
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const running = await startFederation(
    { folder, home: flags.home, lab: flags.lab && hasLab() },
    {
      onProcess: (name, pid) => {
        if (json) printJson({ event: 'process', name, pid });
      },
      onLine: (name, line) => {
        if (json) printJson({ ...line, event: `${name}:${String(line['event'])}` });
      },
      onLog: (name, line) => printLog(`${name} ${line}`, json)
    }
  );
  if (json) printJson(readyLine(running));
  else printWelcome(running);
  const first = running.users[0]?.url;
  if (flags.open && !json && first) openBrowser(first);
  await afterStart();
  await stopped;
  await running[Symbol.asyncDispose]();
}

/** Whether the lab server is part of this build. */
function hasLab(): boolean {
  return existsSync(packageFile('@wardbook/lab', 'main.js'));
}

function readyLine(running: RunningFederation): Record<string, unknown> {
  return {
    event: 'ready',
    url: running.url,
    coordinator: { url: running.coordinatorUrl },
    hospitals: running.hospitals,
    users: running.users,
    home: running.home
  };
}

function printWelcome(running: RunningFederation): void {
  printLine(`Wardbook is running: ${running.hospitals.length} hospitals, state in ${running.home}`);
  printLine('');
  for (const user of running.users) {
    printLine(`  ${user.displayName} (${user.role}, --as ${user.name})`);
    if (user.url !== null) printLine(`  ${user.url}`);
  }
  printLine('');
  printLine(
    running.url === null
      ? `Ask from another terminal: npx wardbook ask PLAN.json --home ${running.home}`
      : 'Each link signs that person in.'
  );
  printLine('Stop with Ctrl+C; a second start finds everything again.');
}

function openBrowser(url: string): void {
  const opener =
    process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  // No browser on this machine: the links are on the screen.
  child.on('error', () => undefined);
  child.unref();
}
