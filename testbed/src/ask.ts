import { execFile, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Result, WireError } from '@wardbook/protocol';

const CLI = fileURLToPath(new URL('../../server/cli/dist/main.js', import.meta.url));

/** What `wardbook ask` printed and its exit code. */
export interface Answer {
  readonly exitCode: number;
  readonly result: Result | null;
  readonly error: WireError | null;
  readonly stderr: string;
}

/**
 * Asks a plan through the real command.
 *
 * @param home folder of a running federation
 * @param plan any JSON, also a malformed plan
 * @param onStart gets the process of the command
 */
export async function ask(
  home: string,
  plan: unknown,
  member = 'ana',
  onStart: (command: ChildProcess) => void = () => undefined
): Promise<Answer> {
  const file = join(home, `plan-${Math.random().toString(36).slice(2)}.json`);
  await writeFile(file, typeof plan === 'string' ? plan : JSON.stringify(plan));
  return new Promise(resolve => {
    const command = execFile(
      process.execPath,
      [CLI, 'ask', file, '--home', home, '--as', member],
      { maxBuffer: 64 * 1024 * 1024 },
      (failure, stdout, stderr) => {
        const exitCode = failure ? Number(failure.code ?? 1) : 0;
        const printed: unknown = stdout.trim() ? JSON.parse(stdout) : null;
        const isError = typeof printed === 'object' && printed !== null && 'error' in printed;
        resolve({
          exitCode,
          result: isError || printed === null ? null : (printed as Result),
          error: isError ? (printed.error as WireError) : null,
          stderr
        });
      }
    );
    onStart(command);
  });
}

/** A plan over the demo study; hospitals default to the three of Rotterdam. */
export function demoPlan(
  analysis: string,
  parameters: Record<string, unknown>,
  rest: Record<string, unknown> = {}
): Record<string, unknown> {
  return {
    protocol: 1,
    study: 'breast-relapse',
    analysis,
    version: 1,
    parameters,
    hospitals: ['centre', 'north', 'south'],
    scope: 'pooled',
    ...rest
  };
}
