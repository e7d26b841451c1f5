import { wardbookError } from '@wardbook/protocol';
import { applyEdits, blank, type Edited } from '../transform/edits.js';
import { parseSource } from '../transform/parser.js';
import { cellSyntaxError } from '../transform/syntax-error.js';

/** A `%%federated STUDY [as NAME]` cell taken apart. */
export interface FederatedCell {
  readonly study: string;
  /** Variable that receives the result; null = none. */
  readonly name: string | null;
  /** The cell as written. */
  readonly source: string;
  /** The cell with the magic line blanked, so that places stay true. */
  readonly body: string;
}

const MAGIC = /^%%federated[ \t]+([a-z0-9-]+)(?:[ \t]+as[ \t]+([A-Za-z_$][\w$]*))?[ \t]*$/;

/**
 * The federated cell of a source; null when it is an ordinary cell.
 *
 * @throws KERNEL_CELL_INVALID when the first line starts with %%federated but is not of its form
 */
export function federatedCell(source: string): FederatedCell | null {
  if (!source.trimStart().startsWith('%%federated')) return null;
  const [first = ''] = source.trimStart().split('\n');
  const match = MAGIC.exec(first.trimEnd());
  if (match?.[1] === undefined)
    throw wardbookError('KERNEL_CELL_INVALID', { line: first.slice(0, 80) });
  // A reserved word matches, and nobody could read the result by it.
  if (match[2] !== undefined && parseSource(`const ${match[2]} = 0;`).faults.length > 0)
    throw wardbookError('KERNEL_CELL_INVALID', { name: match[2] });
  const start = source.indexOf(first);
  const { code: body } = applyEdits(source, [blank(source, start, start + first.length)]);
  return { study: match[1], name: match[2] ?? null, source, body };
}

/**
 * The body as one expression that V8 can evaluate with side effects forbidden: earlier statements, then the value
 * of the last expression. What follows it, such as a comment, is left out.
 *
 * @param file name of the cell in errors
 * @throws SyntaxError whose `traceback` shows the place; KERNEL_CELL_INVALID when the body does not end in an expression
 */
export function pureExpression({ body, source }: FederatedCell, file: string): Edited {
  const { program, faults } = parseSource(body);
  const [fault] = faults;
  if (fault) throw cellSyntaxError(source, file, fault);
  const last = program.body.at(-1);
  if (last?.type !== 'ExpressionStatement') throw wardbookError('KERNEL_CELL_INVALID');
  const { start, end } = last;
  const valueEnd = body[end - 1] === ';' ? end - 1 : end;
  return applyEdits(body, [
    { start: 0, end: 0, text: '(() => {' },
    { start, end: start, text: 'return (' },
    { start: valueEnd, end: body.length, text: '\n);})()' }
  ]);
}
