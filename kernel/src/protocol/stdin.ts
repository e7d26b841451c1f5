import type { FromUser, ToUser } from '../user/messages.js';
import type { JupyterMessage } from '../wire/message.js';
import { textOf } from '../wire/text.js';
import type { KernelSockets } from './sockets.js';

type Prompt = Extract<FromUser, { type: 'prompt' }>;
type ToPrompt = Extract<ToUser, { type: 'input' | 'answer' }>;

interface Pending {
  readonly prompt: Prompt;
  readonly parent: JupyterMessage;
  /** msg_id of the input_request. */
  readonly id: string;
}

/** Asks the client that sent a cell for input, and gives its reply to the prompt it belongs to. */
export class Stdin {
  readonly #sockets: KernelSockets;
  readonly #send: (message: ToPrompt) => void;
  #pending: readonly Pending[] = [];

  constructor(sockets: KernelSockets, send: (message: ToPrompt) => void) {
    this.#sockets = sockets;
    this.#send = send;
  }

  /** Asks; refused in the cell when its client does not take input, or the cell has ended. */
  ask(prompt: Prompt, parent: JupyterMessage | undefined): void {
    if (parent?.content['allow_stdin'] !== true) {
      const error = {
        code: 'StdinNotAllowed',
        message: 'This client does not take input.',
        mend: 'Run the cell in a client that can ask.'
      };
      return this.#send({ type: 'answer', call: prompt.request, error });
    }
    const content = { prompt: prompt.text, password: prompt.password };
    const id = this.#sockets.reply('stdin', 'input_request', content, parent);
    this.#pending = [...this.#pending, { prompt, parent, id }];
  }

  /** Takes an input_reply: of the request it names, otherwise of the first one to that client. */
  take(message: JupyterMessage): void {
    const named = this.#pending.find(({ id }) => id === message.parent['msg_id']);
    const found = named ?? this.#pending.find(({ parent }) => isSameClient(parent, message));
    if (found === undefined) return;
    this.#pending = this.#pending.filter(pending => pending !== found);
    const value = textOf(message.content, 'value');
    this.#send({ type: 'input', request: found.prompt.request, value });
  }

  /** Forgets the prompts of a cell that ended, so that a late reply reaches no other cell. */
  drop(cell: string): void {
    this.#pending = this.#pending.filter(({ prompt }) => prompt.cell !== cell);
  }
}

function isSameClient(one: JupyterMessage, other: JupyterMessage): boolean {
  const [first, second] = [one.identities.at(-1), other.identities.at(-1)];
  return first !== undefined && second !== undefined && first.equals(second);
}
