import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

/** Variables that open something, of the product and of the programs that start kernels. */
const SECRET = /^(WARDBOOK_(TOKEN|.*_KEY)|JPY_API_TOKEN|JUPYTERHUB_API_TOKEN)$/;

/** Places of the first and the last byte of the environment in /proc/self/stat, counted behind the name. */
const ENV_START = 47;
const ENV_END = 48;

/** Whether a variable must not reach user code. */
export function isSecret(name: string): boolean {
  return SECRET.test(name);
}

/**
 * Overwrites secret variables in the block that the system shows as /proc/PID/environ to every process of the same
 * user; this process still reads them. Linux only: elsewhere, and where the system forbids it, nothing happens.
 *
 * @returns names that were hidden
 */
export function hideSecretVariables(env: NodeJS.ProcessEnv): string[] {
  const names = Object.keys(env).filter(isSecret);
  if (names.length === 0 || process.platform !== 'linux') return [];
  const values = names.map(name => env[name] ?? '');
  // Taken out first and put back after: the copies that come back lie elsewhere.
  for (const name of names) Reflect.deleteProperty(env, name);
  const hidden = names.filter(overwrite);
  names.forEach((name, at) => (env[name] = values[at]));
  return hidden;
}

function overwrite(name: string): boolean {
  try {
    const { start, length } = environmentBlock();
    const memory = openSync('/proc/self/mem', 'r+');
    try {
      const block = Buffer.alloc(length);
      readSync(memory, block, 0, length, start);
      const key = Buffer.from(`\0${name}=`);
      // The first variable has no end of another one before it.
      const found = Buffer.concat([Buffer.alloc(1), block]).indexOf(key);
      if (found < 0) return false;
      const from = found + key.length - 1;
      const to = block.indexOf(0, from);
      writeSync(memory, Buffer.alloc(to - from, '*'), 0, to - from, start + from);
      return true;
    } finally {
      closeSync(memory);
    }
  } catch {
    return false;
  }
}

function environmentBlock(): { readonly start: number; readonly length: number } {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [start, end] = [Number(fields[ENV_START]), Number(fields[ENV_END])];
  return { start, length: end - start };
}
