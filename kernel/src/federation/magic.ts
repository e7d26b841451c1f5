import { wardbookError } from '@wardbook/protocol';
import { parseSource } from '../transform/parser.js';

/** A `%%federated STUDY [as NAME]` cell taken apart. */
export interface FederatedCell {
  readonly study: string;
  /** Variable that receives the result; null = none. */
  readonly name: string | null;
  /** Body with the magic line blanked, so that lines stay true. */
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
  const [first = '', ...rest] = source.trimStart().split('\n');
  const match = MAGIC.exec(first.trimEnd());
  if (match?.[1] === undefined)
    throw wardbookError('KERNEL_CELL_INVALID', { line: first.slice(0, 80) });
  return { study: match[1], name: match[2] ?? null, body: ['', ...rest].join('\n') };
}

/**
 * The body as one expression that V8 can evaluate with side effects forbidden: earlier statements, then the value
 * of the last expression.
 *
 * @throws KERNEL_CELL_INVALID when the body does not end in an expression
 */
export function pureExpression(body: string): string {
  const { program, faults } = parseSource(body);
  const last = program.body.at(-1);
  if (faults.length > 0 || last?.type !== 'ExpressionStatement')
    throw wardbookError('KERNEL_CELL_INVALID');
  const { start, end } = last;
  return `(() => {${body.slice(0, start)}return (${body.slice(start, end).replace(/;$/, '')}\n);})()`;
}
