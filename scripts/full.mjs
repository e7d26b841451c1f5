import { join } from 'node:path';
import { buildApp, buildPackages } from './setup/build.mjs';
import { ROOT } from './setup/command.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { runCode } from './setup/run.mjs';

/** The long forms of suites that `npm test` runs reduced: `npm run test:kills:full`, `npm run test:canaries:full`. */
const SUITES = {
  kills: { file: 'kills', env: { WARDBOOK_KILLS: '20' } },
  canaries: { file: 'canaries', env: { WARDBOOK_CANARY_PLANS: '1000' } }
};

const { file, env } = SUITES[process.argv[2]] ?? SUITES.kills;
await ensureInstalled();
await buildPackages();
await buildApp();
Object.assign(process.env, env);
process.exitCode = await runCode(process.execPath, [
  join(ROOT, 'node_modules/vitest/vitest.mjs'),
  'run',
  '-c',
  'vitest.system.config.ts',
  `testbed/tests/${file}.test.ts`
]);
