import { RESULT_MIME } from '@wardbook/protocol';
import type { Notebook, Output } from './nbformat.js';

/**
 * A file's notebook without the federated results that no run released: a file may come from anywhere. What else such
 * an output shows stays.
 *
 * @throws what `isReleased` throws, when nobody can say now
 */
export async function releasedOnly(
  notebook: Notebook,
  isReleased: (result: unknown) => Promise<boolean>
): Promise<Notebook> {
  const judged = async (output: Output): Promise<Output> => {
    const data = output['data'];
    if (typeof data !== 'object' || data === null || !(RESULT_MIME in data)) return output;
    if (await isReleased(data[RESULT_MIME])) return output;
    const { [RESULT_MIME]: _forged, ...rest } = data;
    return { ...output, data: rest };
  };
  const cells = await Promise.all(
    notebook.cells.map(async cell => ({
      ...cell,
      outputs: await Promise.all(cell.outputs.map(judged))
    }))
  );
  return { ...notebook, cells };
}
