/** The part of Node's binding that is used here. */
interface AsyncBinding {
  readonly clearAsyncIdStack?: () => void;
}

/**
 * Empties Node's stack of running callbacks. V8 drops the frames of a stopped loop without running what would take
 * their entries off, and Node 20 aborts on the entries left once AsyncLocalStorage is in use; an empty stack is a state
 * that it allows for, because it empties the stack itself after an uncaught error.
 *
 * @returns the function, or one that does nothing where Node has no such binding
 */
export function asyncStackCleaner(): () => void {
  try {
    const { binding } = process as unknown as { binding?: (name: string) => AsyncBinding };
    const { clearAsyncIdStack } = binding?.call(process, 'async_wrap') ?? {};
    return clearAsyncIdStack ?? (() => undefined);
  } catch {
    return () => undefined;
  }
}
