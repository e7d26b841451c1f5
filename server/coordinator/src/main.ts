import { destination, pino } from 'pino';
import { WardbookError } from '@wardbook/protocol';
import { startCoordinator } from './coordinator.js';

const logger = pino({ base: null }, destination(2));

try {
  const coordinator = await startCoordinator(process.argv[2] ?? 'coordinator.json', {
    log: (event, facts) => logger.info(facts, event)
  });
  const end = () => {
    // Watched below, it would keep this process alive.
    process.stdin.destroy();
    void coordinator[Symbol.asyncDispose]();
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  // Started by a supervisor: end with it, also when it is killed.
  if (process.env['WARDBOOK_SUPERVISED'] === '1')
    process.stdin.once('end', end).once('error', end).resume();
  // Last: whoever reads it may end this process at once.
  process.stdout.write(`${JSON.stringify({ event: 'ready', url: coordinator.url })}\n`);
} catch (error) {
  if (error instanceof WardbookError)
    logger.fatal({ code: error.code, ...error.limits }, error.message);
  else
    logger.fatal(
      { error: error instanceof Error ? error.message : 'unknown' },
      'coordinator.failed'
    );
  process.exitCode = 2;
}
