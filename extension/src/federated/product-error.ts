import { sayText, type ErrorTexts } from '../lab-error';

/** An error output, as nbformat has it. */
export interface ErrorOutput {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** An error of the product in the language of the page. */
export interface ProductError {
  readonly code: string;
  readonly message: string;
  /** What to do next. */
  readonly mends: readonly string[];
  /** Names and limits it concerns, and where in the cell it happened. */
  readonly details: string;
}

const CODE = /^[A-Z]+(?:_[A-Z0-9]+)+$/;
/** A fact, a frame, a line of an excerpt: what no sentence begins with. */
const DETAIL = /^(?:[A-Za-z]+: |\s|> )/;

/**
 * Reads an error output that the kernel or the lab wrote: code and message, what to do, then facts and frames.
 *
 * @returns null when it is an error of somebody's own code
 */
export function productError(
  { ename, evalue, traceback }: ErrorOutput,
  texts: ErrorTexts
): ProductError | null {
  const [head, ...lines] = traceback.flatMap(text => text.split('\n'));
  if (!CODE.test(ename) || head !== `${ename}: ${evalue}`) return null;
  const first = lines.findIndex(line => DETAIL.test(line));
  const mends = first < 0 ? lines : lines.slice(0, first);
  return {
    code: ename,
    message: sayText(evalue, texts),
    mends: mends.map(text => sayText(text, texts)),
    details: first < 0 ? '' : lines.slice(first).join('\n')
  };
}
