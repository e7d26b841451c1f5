import { readFileSync } from 'node:fs';
import { Kernel } from './protocol/kernel.js';
import { ConnectionFile } from './protocol/sockets.js';

const file = ConnectionFile.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const kernel = new Kernel(file);
process.on('SIGINT', () => kernel.interrupt());
process.on('SIGTERM', () => void kernel.shutdown());
// Started by a lab: end with it, also when it is killed.
if (process.env['WARDBOOK_SUPERVISED'] === '1') {
  const end = () => void kernel.shutdown();
  process.stdin.once('end', end).once('error', end).resume();
}
await kernel.start(file);
await kernel.ended;
