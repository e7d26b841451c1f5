/** An error of the product, as a server wrote it. */
export interface LabError {
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}

/** The part of a translation bundle that errors need. */
export interface ErrorTexts {
  readonly __: (text: string) => string;
}

/** An error of the product in the page: its message says in the person's language what happened and what to do. */
export class LabCallError extends Error {
  readonly code: string;
  constructor(error: LabError, texts: ErrorTexts) {
    super(errorText(error, texts));
    this.code = error.code;
  }
}

/** What happened and what to do, in the language of the bundle (domain `wardbook_errors`). */
export function errorText({ message, mend }: LabError, texts: ErrorTexts): string {
  return [message, mend]
    .filter(text => text !== '')
    .map(text => sayText(text, texts))
    .join(' ');
}

/** One sentence of the registry in the language of the bundle. */
export function sayText(text: string, texts: ErrorTexts): string {
  // A percent sign is a placeholder to the bundle: `%%federated` would lose one.
  return texts.__(text.replaceAll('%', '%%'));
}
