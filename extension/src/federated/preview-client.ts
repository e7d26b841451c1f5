import type { Kernel } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import type { Preview } from '@wardbook/protocol';

const TARGET = 'wardbook.federation';
const WAIT_MS = 15_000;

interface Answer {
  readonly type: string;
  readonly request: string;
  readonly previews?: readonly Preview[];
  readonly reason?: string;
}

/** Asks the kernel what a federated cell would send; nothing is run and no hospital is asked. @throws Error with the reason */
export async function previewCell(
  kernel: Kernel.IKernelConnection,
  source: string
): Promise<readonly Preview[]> {
  const comm = kernel.createComm(TARGET);
  const request = UUID.uuid4();
  try {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('The kernel did not answer.')), WAIT_MS);
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
      throw new Error(answer.reason ?? 'This cell cannot be previewed.');
    return answer.previews;
  } finally {
    if (!comm.isDisposed) comm.close();
  }
}
