import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { CliExit } from '../exit.js';
import { packageFile } from '../federation/configs.js';

const SERVICES = ['coordinator', 'hospital', 'lab'] as const;

/** Adds `wardbook coordinator|hospital|lab CONFIG`: one process of a federation by its configuration file. */
export function serviceCommands(program: Command): void {
  for (const name of SERVICES)
    program
      .command(name)
      .argument('<config>', `${name}.json`)
      .description(`start one ${name} by its configuration file`)
      .action(async (config: string) => {
        const child = spawn(
          process.execPath,
          [packageFile(`@wardbook/${name}`, 'main.js'), config],
          {
            stdio: 'inherit'
          }
        );
        const forward = (signal: NodeJS.Signals) => child.kill(signal);
        process.on('SIGINT', forward).on('SIGTERM', forward);
        await once(child, 'exit');
        if (child.exitCode !== 0) throw new CliExit(child.exitCode ?? 1);
      });
}
