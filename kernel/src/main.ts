import { readConnectionFile } from './protocol/connection-file.js';
import { Kernel } from './protocol/kernel.js';

const kernel = new Kernel(readConnectionFile(process.argv[2] ?? ''));
process.on('SIGINT', () => kernel.interrupt());
process.on('SIGTERM', () => void kernel.shutdown());
// Started by a lab: end with it, also when it is killed.
if (process.env['WARDBOOK_SUPERVISED'] === '1') {
  const end = () => void kernel.shutdown();
  process.stdin.once('end', end).once('error', end).resume();
}
await kernel.start();
await kernel.ended;
