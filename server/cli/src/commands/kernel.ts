import {
  installKernelspec,
  listKernelspecs,
  uninstallKernelspec,
  type InstallTarget
} from '@wardbook/kernel';
import { wardbookError } from '@wardbook/protocol';
import type { Command } from 'commander';
import { printJson, printLine } from '../print.js';

interface Flags {
  readonly user?: true;
  readonly prefix?: string;
  readonly sysPrefix?: true;
  readonly json?: true;
}

const KERNELSPEC = 'wardbook-typescript';

/** Adds `wardbook kernel install`, `uninstall` and `list`: the TypeScript kernel in every Jupyter client. */
export function kernelCommand(program: Command): void {
  const kernel = program
    .command('kernel')
    .description('the TypeScript kernel in other Jupyter clients');
  addTarget(kernel.command('install'))
    .description('install the kernelspec wardbook-typescript')
    .action(async (flags: Flags) => {
      const folder = await installKernelspec(targetOf(flags));
      if (flags.json) printJson({ event: 'installed', kernelspec: KERNELSPEC, folder });
      else printLine(`Installed the kernelspec ${KERNELSPEC} in ${folder}`);
    });
  addTarget(kernel.command('uninstall'))
    .description('remove the kernelspec; notebooks stay')
    .action(async (flags: Flags) => {
      const folder = await uninstallKernelspec(targetOf(flags));
      if (flags.json) printJson({ event: 'uninstalled', kernelspec: KERNELSPEC, folder });
      else if (folder === null) printLine(`The kernelspec ${KERNELSPEC} is not installed there.`);
      else printLine(`Removed the kernelspec ${KERNELSPEC} from ${folder}`);
    });
  kernel
    .command('list')
    .description('where Jupyter finds the kernelspec; the first one is used')
    .option('--json', 'print machine-readable lines')
    .action(({ json }: Flags) => list(json === true));
}

function addTarget(command: Command): Command {
  return command
    .option('--user', 'for this user (the default)')
    .option('--prefix <dir>', 'into a prefix, such as a virtual environment')
    .option('--sys-prefix', 'into the active Python environment')
    .option('--json', 'print machine-readable lines');
}

function targetOf({ user, prefix, sysPrefix }: Flags): InstallTarget {
  if ([user, prefix, sysPrefix].filter(flag => flag !== undefined).length > 1)
    throw wardbookError('INSTALL_ONE_TARGET');
  if (sysPrefix) return { sysPrefix };
  return prefix === undefined ? { user: true } : { prefix };
}

async function list(json: boolean): Promise<void> {
  const found = await listKernelspecs();
  if (json) return printJson({ event: 'kernelspecs', kernelspec: KERNELSPEC, found });
  if (found.length === 0)
    printLine(`Jupyter finds no ${KERNELSPEC}; install it by wardbook kernel install`);
  for (const { folder, argv, missing } of found) {
    printLine(`${folder}  ${argv === null ? 'kernel.json cannot be read' : argv.join(' ')}`);
    for (const file of missing) printLine(`  ${file} does not exist: install again`);
  }
}
