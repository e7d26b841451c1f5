import { isSecret } from './secret-variables.js';

/** Limits and the sandbox of the process that runs user code. */
export interface UserSettings {
  /** Heap and resident memory, MB; null = what V8 and the machine give. */
  readonly memoryMb: number | null;
  /** Longest time of one cell, seconds; null = no limit. */
  readonly cellSeconds: number | null;
  /** Command that starts the process in a sandbox, such as `['bwrap', …]`; empty = none. */
  readonly wrapper: readonly string[];
}

/**
 * Reads `WARDBOOK_KERNEL_MEMORY_MB`, `WARDBOOK_KERNEL_CELL_SECONDS` and `WARDBOOK_KERNEL_WRAPPER` (a JSON list of
 * words). A limit that cannot be read is refused, not ignored.
 *
 * @throws RangeError with the name of the variable
 */
export function userSettings(env: NodeJS.ProcessEnv): UserSettings {
  return {
    memoryMb: positive(env, 'WARDBOOK_KERNEL_MEMORY_MB'),
    cellSeconds: positive(env, 'WARDBOOK_KERNEL_CELL_SECONDS'),
    wrapper: words(env, 'WARDBOOK_KERNEL_WRAPPER')
  };
}

/** Environment of user code: that of the kernel without addresses, tokens and settings of the product. */
export function userEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(WARDBOOK|JPY)_/.test(name) && !isSecret(name))
  );
}

function positive(env: NodeJS.ProcessEnv, name: string): number | null {
  const text = env[name] ?? '';
  if (text === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new RangeError(`${name} is no positive number`);
  return value;
}

function words(env: NodeJS.ProcessEnv, name: string): readonly string[] {
  const text = env[name] ?? '';
  if (text === '') return [];
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every(word => typeof word === 'string')) return list;
  } catch {
    // Refused below.
  }
  throw new RangeError(`${name} is no JSON list of words`);
}
