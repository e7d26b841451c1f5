import { fieldsOf, textIn, type Fields } from './dap.js';
import { evaluateText } from './evaluation.js';
import { remoteText } from './remote-value.js';
import type { DebugSession } from './session.js';

/** Runs in the process of user code, where the kernel has put how values look. */
const SHOW = `function (value) {
  const show = globalThis[Symbol.for('wardbook.kernel.show')];
  return typeof show === 'function' ? show(value) : undefined;
}`;

/**
 * What a variable looks like in a notebook, by MIME type.
 *
 * @param frameId number of the frame; null = at the top level
 * @throws Error when there is no such variable
 */
export async function richVariable(
  session: DebugSession,
  name: string,
  frameId: number | null
): Promise<Fields> {
  const value = await evaluateText(session, name, { frameId, pure: true });
  const plain = { data: { 'text/plain': remoteText(value) }, metadata: {} };
  const { objectId } = value;
  if (objectId === undefined) return plain;
  const link = await session.values();
  const answer = await link.post('Runtime.callFunctionOn', {
    ...{ objectId, functionDeclaration: SHOW, arguments: [{ objectId }] },
    ...{ returnByValue: true, silent: true }
  });
  const shown = fieldsOf(fieldsOf(answer['result'])['value']);
  const data = fieldsOf(shown['data']);
  return textIn(data, 'text/plain') === ''
    ? plain
    : { data, metadata: fieldsOf(shown['metadata']) };
}
