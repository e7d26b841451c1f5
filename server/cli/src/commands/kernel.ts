import { installKernelspec } from '@wardbook/kernel';
import type { Command } from 'commander';
import { printJson, printLine } from '../print.js';

interface Flags {
  readonly user?: true;
  readonly prefix?: string;
  readonly sysPrefix?: true;
  readonly json?: true;
}

/** Adds `wardbook kernel install`: makes the TypeScript kernel known to every Jupyter client. */
export function kernelCommand(program: Command): void {
  program
    .command('kernel')
    .description('the TypeScript kernel in other Jupyter clients')
    .command('install')
    .description('install the kernelspec wardbook-typescript')
    .option('--user', 'for this user (the default)')
    .option('--prefix <dir>', 'into a prefix, such as a virtual environment')
    .option('--sys-prefix', 'into the active virtual environment')
    .option('--json', 'print machine-readable lines')
    .action(async (flags: Flags) => {
      const prefix = flags.sysPrefix ? process.env['VIRTUAL_ENV'] : flags.prefix;
      const folder = await installKernelspec(prefix === undefined ? { user: true } : { prefix });
      if (flags.json) printJson({ event: 'installed', kernelspec: 'wardbook-typescript', folder });
      else printLine(`Installed the kernelspec wardbook-typescript in ${folder}`);
    });
}
