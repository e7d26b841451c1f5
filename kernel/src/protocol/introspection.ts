import type { JupyterMessage } from '../wire/message.js';
import { textOf } from '../wire/text.js';
import { symbolBefore, toCodePoints, toUtf16 } from './positions.js';
import type { UserRuntime } from './user-runtime.js';

/** Answers to complete_request and inspect_request; cursors count Unicode code points. */
export class Introspection {
  readonly #user: UserRuntime;

  constructor(user: UserRuntime) {
    this.#user = user;
  }

  /** Content of a complete_reply. */
  async complete(message: JupyterMessage): Promise<Record<string, unknown>> {
    const code = textOf(message.content, 'code');
    const cursor = Number(message.content['cursor_pos'] ?? 0);
    const at = toUtf16(code, cursor);
    const { expression, prefix } = symbolBefore(code.slice(0, at));
    const names = await this.#user.members(expression);
    const matches = [...new Set(names)]
      .filter(name => name.startsWith(prefix) && /^[A-Za-z_$][\w$]*$/.test(name))
      .sort();
    return {
      status: 'ok',
      matches,
      cursor_start: cursor - toCodePoints(prefix),
      cursor_end: cursor,
      metadata: {}
    };
  }

  /** Content of an inspect_reply. */
  async inspect(message: JupyterMessage): Promise<Record<string, unknown>> {
    const code = textOf(message.content, 'code');
    const at = toUtf16(code, Number(message.content['cursor_pos'] ?? 0));
    const after = /^[\w$]*/.exec(code.slice(at))?.[0] ?? '';
    const data = await this.describe(code.slice(0, at) + after);
    return { status: 'ok', found: data !== null, data: data ?? {}, metadata: {} };
  }

  /** What is known of the name at the end of a text, by MIME type; null when nothing is. Also serves `name?`. */
  async describe(text: string): Promise<Record<string, string> | null> {
    const { expression, prefix } = symbolBefore(text);
    const name = expression === '' ? prefix : `${expression}.${prefix}`;
    const found = prefix === '' ? null : await this.#user.describe(name);
    return found === null ? null : { 'text/plain': found };
  }
}
