import { errorText, type ErrorTexts, type LabError } from '../lab-error';

/** What the lab would answer to a person whose role does not allow what they ask. */
export const NOT_ALLOWED: LabError = {
  code: 'AUTH_NOT_ALLOWED',
  message: 'Your role does not allow this.',
  mend: 'Ask an owner of the study or of the notebook for the role you need.'
};

/** How a notification is shown, by an id, and taken away. */
export interface Notices {
  readonly show: (text: string) => string;
  readonly dismiss: (id: string) => void;
}

/** How long the notification stays, in milliseconds. */
export const NOTICE_MS = 8_000;

/** Says once what a person may not do: not again while it can still be read. */
export class NotAllowed {
  readonly #texts: ErrorTexts;
  readonly #notices: Notices;
  readonly #now: () => number;
  #last: { readonly id: string; readonly at: number } | null = null;

  constructor(texts: ErrorTexts, notices: Notices, now: () => number = Date.now) {
    this.#texts = texts;
    this.#notices = notices;
    this.#now = now;
  }

  /** Says it, unless it stands there already. */
  say(): void {
    const at = this.#now();
    if (this.#last !== null) {
      if (at - this.#last.at < NOTICE_MS) return;
      this.#notices.dismiss(this.#last.id);
    }
    this.#last = { id: this.#notices.show(errorText(NOT_ALLOWED, this.#texts)), at };
  }
}
