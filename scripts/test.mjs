// npm test: sets everything up, then checks, unit and whole-system tests. `--quick`: checks and unit tests.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp, buildPackages } from './setup/build.mjs';
import { ROOT } from './setup/command.mjs';
import { ensurePython } from './python-env.mjs';
import { findChromium } from './setup/chromium.mjs';
import { ensureStockJupyterLab } from './stock-jupyterlab.mjs';
import { checkNode, ensureInstalled } from './setup/install.mjs';
import { runCode } from './setup/run.mjs';

const quick = process.argv.includes('--quick');
const REPORTS = join(ROOT, '.cache', 'reports');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** Counts of a vitest run; a run that reports nothing has failed. */
async function vitest(name, args) {
  const report = join(REPORTS, `${name}.json`);
  rmSync(report, { force: true });
  const code = await runCode(process.execPath, [
    VITEST,
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`
  ]);
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
      readFileSync(report, 'utf8')
    );
    const broken = code !== 0 && numFailedTests === 0 ? Math.max(1, numFailedTestSuites) : 0;
    return { passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function checks() {
  const { runChecks } = await import('./check.mjs');
  return runChecks();
}

const stages = [
  ['checks', checks],
  ['checks of the checks', () => nodeTests('scripts/checks')],
  ['unit tests', () => vitest('unit', [])],
  ...(quick
    ? []
    : [['whole-system tests', () => vitest('system', ['-c', 'vitest.system.config.ts'])]])
];

/** A stage that ran nothing proves nothing: it has failed. */
function orFailed(counts) {
  const ran = counts.passed + counts.failed > 0;
  return ran ? counts : { ...counts, failed: 1 };
}

/** Counts of a node:test run over a folder. */
async function nodeTests(folder) {
  const { run } = await import('node:test');
  const { globSync } = await import('./setup/files.mjs');
  const files = globSync(folder, /\.test\.mjs$/);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of run({ files, concurrency: false })) {
    if (data?.details?.type === 'suite') continue;
    if (type === 'test:pass') counts[data.skip ? 'skipped' : 'passed'] += 1;
    if (type === 'test:fail') {
      counts.failed += 1;
      console.error(data.name, data.details.error?.cause ?? data.details.error);
    }
  }
  return counts;
}

/** Browser tests need a Chromium: without one they are skipped loudly, and fail with CI=true. */
async function needChromium() {
  const found = await findChromium();
  if (found) process.env.CHROMIUM_PATH = found;
  else if (process.env.CI === 'true') throw new Error('no Chromium for the browser tests');
  else {
    process.env.WARDBOOK_NO_BROWSER = '1';
    console.warn(
      '\nNO CHROMIUM: the browser tests are SKIPPED. Set CHROMIUM_PATH or install chromium.\n'
    );
  }
}

/** Kernel tests need Jupyter's own clients: without them they are skipped loudly, and fail with CI=true. */
async function needPython() {
  const found = await ensurePython();
  if (found) process.env.WARDBOOK_PYTHON = found;
  else if (process.env.CI === 'true')
    throw new Error('no Python with the Jupyter clients for the kernel tests');
  else console.warn('\nNO PYTHON with venv: the kernel tests by Jupyter clients are SKIPPED.\n');
}

/** The wheel is tried in a stock JupyterLab: without one the test is skipped loudly, and fails with CI=true. */
async function needStockJupyterLab() {
  const found = await ensureStockJupyterLab();
  if (found) process.env.WARDBOOK_STOCK_PYTHON = found;
  else if (process.env.CI === 'true')
    throw new Error('no stock JupyterLab for the test of the wheel');
  else console.warn('\nNO STOCK JUPYTERLAB by pip: the test of the wheel is SKIPPED.\n');
}

mkdirSync(REPORTS, { recursive: true });
checkNode();
await ensureInstalled();
await buildPackages();
// Its own npm root: the extension's unit tests run on JupyterLab's packages.
await ensureInstalled({ folder: join(ROOT, 'extension') });
if (!quick) {
  await buildApp();
  await needChromium();
  await needPython();
  await needStockJupyterLab();
}
const total = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
for (const [name, stage] of stages) {
  const from = Date.now();
  const counts = orFailed(await stage());
  for (const key of Object.keys(total)) total[key] += counts[key];
  lines.push(
    `${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${Math.round((Date.now() - from) / 1000)} s`
  );
}
console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
