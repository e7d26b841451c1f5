const LOOK_MS = 1_000;

/**
 * Ends a kernel whose starter is gone, as ipykernel does: a client that was killed cannot shut it down, and a cell that
 * loops would use a processor for ever. Jupyter's own clients name themselves in `JPY_PARENT_PID`; whoever sets it to 0,
 * or starts the kernel without it, keeps the kernel. On Windows a process keeps the number of a parent that has ended.
 *
 * @param parent the process' parent as it was at its first line: later, it may be gone already
 * @param end called once
 */
export function whenParentEnds(
  parent: number,
  environment: Readonly<Record<string, string | undefined>>,
  end: () => void
): void {
  if (!(Number(environment['JPY_PARENT_PID']) > 0)) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, LOOK_MS).unref();
}
