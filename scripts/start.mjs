import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildApp, buildPackages } from './setup/build.mjs';
import { ROOT } from './setup/command.mjs';
import { checkNode, ensureInstalled } from './setup/install.mjs';

/**
 * `npm start`: installs what is missing, builds what is out of date, then starts the demo federation.
 * All arguments go to `wardbook demo` (`--json`, `--no-open`, `--home DIR`). Standard output belongs to that command
 * alone; what the preparation prints goes to standard error.
 */
async function start(args) {
  checkNode();
  await step('install', () => ensureInstalled({ quietOut: true }));
  await step('build', () => buildPackages({ quietOut: true }));
  await step('JupyterLab', () => buildApp({ quietOut: true }));
  return demo(args);
}

async function step(name, work) {
  const startMs = performance.now();
  await work();
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  process.stderr.write(`wardbook: ${name} ready (${seconds} s)\n`);
}

/** Runs `wardbook demo`, hands signals on to it and ends as it ends. */
function demo(args) {
  const cli = join(ROOT, 'server', 'cli', 'dist', 'main.js');
  const child = spawn(process.execPath, [cli, 'demo', ...args], { cwd: ROOT, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

try {
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`wardbook: ${error.message}\n`);
  process.exitCode = 1;
}
