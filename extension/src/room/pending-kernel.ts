import type { ISessionContext } from '@jupyterlab/apputils';

/** What is looked at of a notebook's session. */
export type PendingContext = Pick<
  ISessionContext,
  'session' | 'hasNoKernel' | 'isDisposed' | 'statusChanged' | 'kernelChanged' | 'disposed'
>;

/**
 * Resolves when a kernel that is being started is there, or will not come. JupyterLab runs a cell that is asked for
 * meanwhile without a kernel: nothing happens, and nothing is said (@jupyterlab/cells 4.6.4, widget.ts, execute).
 */
export function kernelKnown(context: PendingContext | null | undefined): Promise<void> {
  if (!context || !isPending(context)) return Promise.resolve();
  return new Promise(resolve => {
    const look = () => {
      if (isPending(context)) return;
      for (const signal of [context.statusChanged, context.kernelChanged, context.disposed])
        signal.disconnect(look);
      resolve();
    };
    for (const signal of [context.statusChanged, context.kernelChanged, context.disposed])
      signal.connect(look);
  });
}

function isPending({ session, hasNoKernel, isDisposed }: PendingContext): boolean {
  return !isDisposed && !hasNoKernel && !session?.kernel;
}
