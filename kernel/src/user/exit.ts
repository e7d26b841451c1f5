import type { FromUser } from './messages.js';

/**
 * Ends this process when user code exits: with a debugger attached, node waits for ever for it to leave. Listeners of
 * user code run before.
 */
export function endAtExit(send: (message: FromUser) => void): void {
  const end = (code: number) => {
    try {
      for (const listener of process.listeners('exit')) if (listener !== end) listener(code);
    } finally {
      send({ type: 'exit', code: Number(process.exitCode ?? code) });
      process.kill(process.pid, 'SIGKILL');
    }
  };
  process.on('exit', end);
}
