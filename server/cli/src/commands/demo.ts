import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { printJson, printLine } from '../print.js';
import { addFlags, runFederation } from './federation.js';
import { gridDistance } from './grid-distance.js';

/** Folder of the demo study. */
export const DEMO_FOLDER = fileURLToPath(new URL('../../../../notebooks/demo', import.meta.url));

/** Adds `wardbook demo`: the federation of the demo folder. */
export function demoCommand(program: Command): void {
  addFlags(program.command('demo'))
    .description('start the demo: three hospitals of Rotterdam, GBSG as the fourth')
    .action((flags: Parameters<typeof runFederation>[1]) =>
      runFederation(DEMO_FOLDER, flags, () => printDistance(flags.json === true))
    );
}

async function printDistance(json: boolean): Promise<void> {
  const distance = await gridDistance(DEMO_FOLDER);
  if (json) return printJson({ event: 'grid-distance', ...distance });
  const { survivalPoints, hazardRatioPercent } = distance;
  printLine('');
  printLine('The demo data are public, so its grouped times can be compared with exact ones:');
  printLine(
    `  survival curves differ by at most ${survivalPoints.toFixed(2)} percentage points, hazard ratios by at most ${hazardRatioPercent.toFixed(2)} %.`
  );
}
