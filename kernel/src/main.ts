import { readFileSync } from 'node:fs';
import { Kernel } from './protocol/kernel.js';
import { ConnectionFile } from './protocol/sockets.js';

const file = ConnectionFile.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const kernel = new Kernel(file);
process.on('SIGINT', () => kernel.interrupt());
process.on('SIGTERM', () => void kernel.shutdown());
await kernel.start(file);
await kernel.ended;
