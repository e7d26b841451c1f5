import type { Kernel } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import type { IRenderMime } from '@jupyterlab/rendermime';
import type { Preview } from '@wardbook/protocol';
import { LabCallError, type ErrorTexts, type LabError } from '../lab-error';

const TARGET = 'wardbook.federation';
const WAIT_MS = 15_000;

interface Answer {
  readonly type: string;
  readonly request: string;
  readonly previews?: readonly Preview[];
  readonly error?: LabError;
  /** Why there is no preview; in words of the cell's own error where the product has none. */
  readonly reason?: string;
}

/** The texts of the page. */
export interface PreviewTexts {
  readonly trans: Pick<IRenderMime.TranslationBundle, '__'>;
  readonly errors: ErrorTexts;
}

/**
 * Asks the kernel what a federated cell would send; nothing is run and no hospital is asked.
 *
 * @throws Error with the reason in the language of the page
 */
export async function previewCell(
  kernel: Kernel.IKernelConnection,
  source: string,
  { trans, errors }: PreviewTexts
): Promise<readonly Preview[]> {
  const comm = kernel.createComm(TARGET);
  const request = UUID.uuid4();
  try {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(trans.__('The kernel did not answer. Try again in a moment.'))),
        WAIT_MS
      );
      comm.onMsg = message => {
        const data = message.content.data as unknown as Answer;
        if (data.request !== request) return;
        clearTimeout(timer);
        resolve(data);
      };
      comm.open();
      void comm.send({ type: 'preview', request, source });
    });
    if (answer.previews === undefined)
      throw answer.error === undefined
        ? new Error(trans.__('This cell cannot be previewed. %1', answer.reason ?? ''))
        : new LabCallError(answer.error, errors);
    return answer.previews;
  } finally {
    if (!comm.isDisposed) comm.close();
  }
}
