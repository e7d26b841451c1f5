import type { UserArrival } from '../wire/user-frames.js';
import type { CellRuns } from './cell-runs.js';
import type { Comms } from './comms.js';
import type { FederatedCells } from './federated-cells.js';
import type { Outputs } from './outputs.js';
import type { Stdin } from './stdin.js';
import type { UserRuntime } from './user-runtime.js';

/** Where messages of user code go. */
export interface UserEventParts {
  readonly outputs: Outputs;
  readonly runs: CellRuns;
  readonly stdin: Stdin;
  readonly comms: Comms;
  readonly user: UserRuntime;
  readonly federated: () => Promise<FederatedCells>;
}

/** What user code may publish; anything else it sends as an output is dropped. */
const OUTPUTS = new Set(['stream', 'display_data', 'update_display_data', 'clear_output']);

/** Hands a message of user code on. Nothing in it is trusted. */
export function takeUserMessage(message: UserArrival, parts: UserEventParts): void {
  const { outputs, runs, stdin, comms } = parts;
  switch (message.type) {
    case 'output':
      if (OUTPUTS.has(message.message))
        outputs.under(message.cell, message.message, message.content);
      return;
    case 'payload':
      return runs.payload(message.cell, message.payload);
    case 'done':
      return runs.done(message);
    case 'prompt':
      return stdin.ask(message, runs.request(message.cell));
    case 'call':
      return void answerCall(message, parts);
    case 'comm-open':
    case 'comm-msg':
    case 'comm-close':
      return comms.fromUser(message.cell, message);
    case 'ready':
    case 'exit':
    case 'reply':
    case 'comm-handled':
      return;
  }
}

async function answerCall(
  message: Extract<UserArrival, { type: 'call' }>,
  { federated, runs, user }: UserEventParts
): Promise<void> {
  const signal = runs.signal(message.cell);
  await user.send(await (await federated()).answer(message, signal));
}
