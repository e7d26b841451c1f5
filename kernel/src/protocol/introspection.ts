import type { LanguageSession } from '../language/language-session.js';
import type { JupyterMessage } from '../wire/message.js';
import { textOf } from '../wire/text.js';
import { toCodePoints } from './positions.js';

/** Answers to complete_request and inspect_request; cursors count Unicode code points. */
export class Introspection {
  readonly #language: LanguageSession;

  constructor(language: LanguageSession) {
    this.#language = language;
  }

  /** Content of a complete_reply. */
  complete({ content }: JupyterMessage): Promise<Record<string, unknown>> {
    return this.#language.complete({
      code: textOf(content, 'code'),
      cursor: Number(content['cursor_pos'] ?? 0)
    });
  }

  /** Content of an inspect_reply. */
  inspect({ content }: JupyterMessage): Promise<Record<string, unknown>> {
    return this.#language.inspect({
      code: textOf(content, 'code'),
      cursor: Number(content['cursor_pos'] ?? 0)
    });
  }

  /** What is known of the name at the end of a text, by MIME type; null when nothing is. Also serves `name?`. */
  async describe(text: string): Promise<Record<string, string> | null> {
    const reply = await this.#language.inspect({ code: text, cursor: toCodePoints(text) });
    return reply['found'] === true ? (reply['data'] as Record<string, string>) : null;
  }
}
