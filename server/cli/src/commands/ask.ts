import type { Command } from 'commander';
import type { GatewayClient } from '@wardbook/kernel';
import {
  FINAL_STATES,
  WardbookError,
  isErrorCode,
  wardbookError,
  type RunView
} from '@wardbook/protocol';
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
/** A person who waits longer than this is told how to stop. */
const HINT_MS = 1_000;

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
      const view = await cancellable(client, plan, flags.purpose).catch(refused);
      if (view.result === null) refused(errorOf(view));
      else printJson(view.result);
    });
}

/** Asks, and cancels the run when the person presses Ctrl-C: hospitals must not compute for nobody. */
async function cancellable(
  client: GatewayClient,
  plan: unknown,
  purpose: string
): Promise<RunView> {
  let last = await client.submit(plan, purpose);
  if (FINAL_STATES.includes(last.state)) return last;
  const { run } = last;
  const cancel = () => void client.cancel(run).catch(() => undefined);
  process.on('SIGINT', cancel).on('SIGTERM', cancel);
  const hint = setTimeout(
    () => process.stderr.write(`run ${run}: waiting for the hospitals, Ctrl-C cancels it\n`),
    HINT_MS
  );
  try {
    for await (const view of client.follow(run)) last = view;
    return last;
  } finally {
    clearTimeout(hint);
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
  }
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
