import { destination, pino } from 'pino';
import { WardbookError } from '@wardbook/protocol';
import { startLab } from './lab.js';

const logger = pino({ base: null }, destination(2));

try {
  const lab = await startLab(process.argv[2] ?? 'lab.json', error =>
    logger.error({ error: error instanceof Error ? error.stack : String(error) }, 'lab.error')
  );
  const end = () => {
    // Watched below, it would keep this process alive.
    process.stdin.destroy();
    void lab[Symbol.asyncDispose]();
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  // Started by a supervisor: end with it, also when it is killed.
  if (process.env['WARDBOOK_SUPERVISED'] === '1')
    process.stdin.once('end', end).once('error', end).resume();
  // Last: whoever reads it may end this process at once.
  process.stdout.write(`${JSON.stringify({ event: 'ready', url: lab.url })}\n`);
} catch (error) {
  if (error instanceof WardbookError)
    logger.fatal({ code: error.code, ...error.limits }, error.message);
  else logger.fatal({ error: error instanceof Error ? error.message : 'unknown' }, 'lab.failed');
  process.exitCode = 2;
}
