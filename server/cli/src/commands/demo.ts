import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { addFlags, runFederation } from './federation.js';

/** Folder of the demo study. */
export const DEMO_FOLDER = fileURLToPath(new URL('../../../../notebooks/demo', import.meta.url));

/** Adds `wardbook demo`: the federation of the demo folder. */
export function demoCommand(program: Command): void {
  addFlags(program.command('demo'))
    .description('start the demo: three hospitals of Rotterdam, GBSG as the fourth')
    .action((flags: Parameters<typeof runFederation>[1]) => runFederation(DEMO_FOLDER, flags));
}
