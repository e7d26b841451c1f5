import { WardbookError } from '@wardbook/protocol/errors';
import type { CellError } from '../user/messages.js';

/** A fault of user code inside a federated cell: nothing was sent. */
export class UserFault extends Error {
  readonly shown: CellError;
  constructor(shown: CellError) {
    super(shown.evalue);
    this.shown = shown;
  }
}

/** What a cell shows for a fault that did not come from running it. */
export function shownError(error: unknown): CellError {
  if (error instanceof UserFault)
    return {
      ...error.shown,
      traceback: [...error.shown.traceback, 'Nothing was sent to any hospital.']
    };
  if (error instanceof WardbookError) {
    const { code, message, mend, limits } = error.toWire();
    const facts = Object.entries(limits).map(([name, value]) => `${name}: ${String(value)}`);
    return { ename: code, evalue: message, traceback: [`${code}: ${message}`, mend, ...facts] };
  }
  const ename = error instanceof Error ? error.name : 'Error';
  const evalue = error instanceof Error ? error.message : String(error);
  return { ename, evalue, traceback: tracebackOf(error) ?? [`${ename}: ${evalue}`] };
}

// A syntax error of the cell transform shows the place.
function tracebackOf(error: unknown): readonly string[] | null {
  const lines: unknown = error instanceof Error ? Reflect.get(error, 'traceback') : null;
  return Array.isArray(lines) ? lines.map(String) : null;
}

/** The cell was stopped by its user. */
export const INTERRUPTED: CellError = {
  ename: 'Interrupted',
  evalue: 'The cell was interrupted.',
  traceback: ['Interrupted: the cell was interrupted; variables are kept.']
};

/** The process of user code ended while the cell ran. `reason` is a signal or an exit code in words. */
export function processEnded(reason: string): CellError {
  const what = `The process that runs your code ended (${reason}); its variables are gone.`;
  return {
    ename: 'UserProcessEnded',
    evalue: what,
    traceback: [what, 'Run the cells again; look for process.exit or too large arrays.']
  };
}

/** The cell ran into the limit of its time. */
export function tookTooLong(seconds: number): CellError {
  const what = `The cell was stopped after ${seconds} seconds, the limit of this kernel; variables are kept.`;
  return { ename: 'CellTimeLimit', evalue: what, traceback: [what] };
}
