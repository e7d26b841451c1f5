import type { ISessionContext } from '@jupyterlab/apputils';

/** What is looked at of a notebook's session. */
export type PendingContext = Pick<
  ISessionContext,
  | 'session'
  | 'hasNoKernel'
  | 'kernelDisplayStatus'
  | 'isDisposed'
  | 'statusChanged'
  | 'kernelChanged'
  | 'disposed'
>;

/** A notebook that was just opened asks for its kernel in this time; later somebody is choosing one, or none, ms. */
const OPENING_MS = 10_000;

/**
 * Resolves when a kernel that is being started is there, or will not come. JupyterLab runs a cell that is asked for
 * meanwhile without a kernel: nothing happens, and nothing is said (@jupyterlab/cells 4.6.4, widget.ts, execute).
 */
export function kernelKnown(context: PendingContext | null | undefined): Promise<void> {
  if (!context || !isPending(context, true)) return Promise.resolve();
  return new Promise(resolve => {
    let isOpening = true;
    const look = () => {
      if (isPending(context, isOpening)) return;
      clearTimeout(limit);
      for (const signal of [context.statusChanged, context.kernelChanged, context.disposed])
        signal.disconnect(look);
      resolve();
    };
    const limit = setTimeout(() => {
      isOpening = false;
      look();
    }, OPENING_MS);
    for (const signal of [context.statusChanged, context.kernelChanged, context.disposed])
      signal.connect(look);
  });
}

/** Until the list of running sessions is there, JupyterLab knows of no kernel that is going to be. */
function isPending(context: PendingContext, isOpening: boolean): boolean {
  const { session, hasNoKernel, kernelDisplayStatus, isDisposed } = context;
  if (isDisposed || session?.kernel) return false;
  return !hasNoKernel || (isOpening && kernelDisplayStatus === 'initializing');
}
