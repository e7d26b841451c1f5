import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Root of the repository, without a slash at its end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * Runs a command to its end.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, capture?: boolean, quietOut?: boolean, limitMs?: number }} options
 *   `capture` also returns standard output; `quietOut` sends it to standard error; after `limitMs` the command is ended
 * @returns {Promise<{ code: number, out: string }>} `code` 127 when it cannot be started, 124 when it ran past its limit
 */
export function command(program, args, options = {}) {
  const { cwd = ROOT, env = {}, capture = false, quietOut = false, limitMs } = options;
  const out = capture ? 'pipe' : quietOut ? 2 : 'inherit';
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', out, 'inherit']
  });
  const chunks = [];
  child.stdout?.on('data', chunk => {
    chunks.push(chunk);
    if (!quietOut) process.stdout.write(chunk);
  });
  let late = false;
  const timer = limitMs
    ? setTimeout(() => {
        late = true;
        child.kill('SIGKILL');
      }, limitMs)
    : undefined;
  return new Promise(resolve => {
    child.on('error', () => resolve({ code: 127, out: '' }));
    child.on('close', code => {
      clearTimeout(timer);
      resolve({ code: late ? 124 : (code ?? 1), out: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

/** As {@link command}, and throws when it fails. */
export async function mustRun(program, args, options) {
  const { code } = await command(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
}
