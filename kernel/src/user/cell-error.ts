import { inspect } from 'node:util';
import type { CellError } from './messages.js';

const KERNEL_FRAMES =
  /node:inspector|node:internal|\/kernel\/dist\/|new Promise \(<anonymous>\)|^\s+at async Promise\./;

/** An error of user code with the frames of its cells only. No colour codes. */
export function cellError(error: unknown): CellError {
  if (!(error instanceof Error)) {
    const text = inspect(error);
    return { ename: 'Thrown', evalue: text, traceback: [`Thrown: ${text}`] };
  }
  const code: unknown = Reflect.get(error, 'code');
  const ename = error.name === 'WardbookError' && typeof code === 'string' ? code : error.name;
  const stack = (error.stack ?? `${error.name}: ${error.message}`).split('\n');
  const head = stack.slice(
    0,
    Math.max(
      1,
      stack.findIndex(line => /^\s+at /.test(line))
    )
  );
  const frames = stack.filter(line => /^\s+at /.test(line) && !KERNEL_FRAMES.test(line));
  const mend: unknown = Reflect.get(error, 'mend');
  const advice = typeof mend === 'string' ? [mend] : [];
  const cause =
    error.cause === undefined ? [] : [`Caused by: ${inspect(error.cause, { depth: 1 })}`];
  return { ename, evalue: error.message, traceback: [...head, ...advice, ...frames, ...cause] };
}
