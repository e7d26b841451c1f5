import { destination, pino } from 'pino';
import { WardbookError } from '@wardbook/protocol';
import { startHospital } from './hospital.js';

const logger = pino({ base: null }, destination(2));
const record = process.env['WARDBOOK_RECORD'];
const timing = process.env['WARDBOOK_TIMING'];

try {
  const hospital = await startHospital(process.argv[2] ?? 'hospital.json', {
    log: (event, facts) => logger.info(facts, event),
    ...(record !== undefined && { recordFile: record }),
    ...(timing !== undefined && { timingFile: timing })
  });
  const end = () => {
    // Watched below, it would keep this process alive.
    process.stdin.destroy();
    void hospital[Symbol.asyncDispose]();
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  // Started by a supervisor: end with it, also when it is killed.
  if (process.env['WARDBOOK_SUPERVISED'] === '1')
    process.stdin.once('end', end).once('error', end).resume();
  const ready = JSON.stringify({ event: 'ready', hospital: hospital.config.hospital });
  // A hospital that is ended before it is connected is never ready.
  void hospital.connected.then(() => process.stdout.write(`${ready}\n`));
} catch (error) {
  if (error instanceof WardbookError)
    logger.fatal({ code: error.code, ...error.limits }, error.message);
  else
    logger.fatal({ error: error instanceof Error ? error.message : 'unknown' }, 'hospital.failed');
  process.exitCode = 2;
}
