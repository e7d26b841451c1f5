import { join } from 'node:path';
import { buildApp, buildPackages } from './setup/build.mjs';
import { ROOT } from './setup/command.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { runCode } from './setup/run.mjs';
import { ensurePython } from './python-env.mjs';

/** The long forms of suites that `npm test` runs reduced: `npm run test:NAME:full` with the names below. */
const SUITES = {
  kills: { args: system('kills'), env: { WARDBOOK_KILLS: '20' } },
  canaries: { args: system('canaries'), env: { WARDBOOK_CANARY_PLANS: '1000' } },
  kernel: {
    args: system('kernel-'),
    env: { WARDBOOK_KERNEL_SCALE: '1', WARDBOOK_NOTEBOOK_RUNS: '100' },
    python: true
  },
  'kernel-fuzz': {
    args: ['kernel/src/protocol/fuzz.test.ts'],
    env: { WARDBOOK_FUZZ_MESSAGES: '100000' }
  }
};

function system(file) {
  return ['-c', 'vitest.system.config.ts', `testbed/tests/${file}`];
}

const { args, env, python = false } = SUITES[process.argv[2]] ?? SUITES.kills;
await ensureInstalled();
await buildPackages();
await buildApp();
Object.assign(process.env, env);
if (python) {
  const found = await ensurePython();
  if (!found) throw new Error('python3 with venv and a package index are needed');
  process.env.WARDBOOK_PYTHON = found;
}
process.exitCode = await runCode(process.execPath, [
  join(ROOT, 'node_modules/vitest/vitest.mjs'),
  'run',
  ...args
]);
