const LOOK_MS = 1_000;

/**
 * Ends a kernel whose starter is gone, as ipykernel does: a client that was killed cannot shut it down, and a cell that
 * loops would use a processor for ever. Jupyter's own clients name themselves in `JPY_PARENT_PID`; whoever sets it to 0,
 * or starts the kernel without it, keeps the kernel. On Windows a process keeps the number of a parent that has ended.
 *
 * @param end called once
 */
export function whenParentEnds(
  environment: Readonly<Record<string, string | undefined>>,
  end: () => void
): void {
  if (!(Number(environment['JPY_PARENT_PID']) > 0)) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, LOOK_MS).unref();
}
