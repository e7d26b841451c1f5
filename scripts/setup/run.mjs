import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a command at the top of the repository; its output goes to standard error, so that standard output
 * stays free for machine-readable lines.
 *
 * @returns exit code
 */
export function runCode(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 2, 2],
      env: { ...process.env, ...env }
    });
    child.on('error', reject);
    child.on('exit', code => resolve(code ?? 1));
  });
}

/** As `runCode`; throws when the command fails. */
export async function run(command, args, env) {
  const code = await runCode(command, args, env);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}
