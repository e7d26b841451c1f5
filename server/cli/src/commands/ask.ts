import type { Command } from 'commander';
import { WardbookError, isErrorCode, wardbookError, type RunView } from '@wardbook/protocol';
import { CliExit } from '../exit.js';
import { readJson } from '../federation/description.js';
import { memberClient } from '../member-client.js';
import { printJson } from '../print.js';

interface Flags {
  readonly home: string;
  readonly as: string;
  readonly purpose: string;
}

/** Exit code of a refusal. */
export const EXIT_REFUSED = 3;

/** Adds `wardbook ask PLAN`: prints the result as JSON; a refusal exits 3. */
export function askCommand(program: Command): void {
  program
    .command('ask')
    .argument('<plan>', 'file with a plan in JSON')
    .description('ask a plan of a running federation and print the result as JSON')
    .option('--home <dir>', 'home folder of the federation', '.wardbook')
    .option('--as <member>', 'member who asks', 'ana')
    .option('--purpose <text>', 'why you ask', 'wardbook ask')
    .action(async (file: string, flags: Flags) => {
      const plan = await readPlan(file);
      const client = await memberClient(flags.home, flags.as);
      const view = await client.run(plan, flags.purpose).catch(refused);
      if (view.result === null) refused(errorOf(view));
      else printJson(view.result);
    });
}

async function readPlan(file: string): Promise<unknown> {
  try {
    return await readJson(file);
  } catch (error) {
    return refused(wardbookError('PLAN_INVALID', { file }, { cause: error }));
  }
}

function errorOf(view: RunView): WardbookError {
  const { error } = view;
  return error !== null && isErrorCode(error.code)
    ? wardbookError(error.code, error.limits)
    : wardbookError('HOSPITAL_INTERNAL');
}

function refused(error: unknown): never {
  if (!(error instanceof WardbookError)) throw error;
  const wire = error.toWire();
  printJson({ error: wire });
  process.stderr.write(`${wire.code}: ${wire.message}\n${wire.mend}\n`);
  throw new CliExit(EXIT_REFUSED);
}
