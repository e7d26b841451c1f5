import { createReadStream } from 'node:fs';
import { Session } from 'node:inspector';

// Runs beside the main thread, so that it can stop a loop there: every byte on the pipe is one interrupt.
const session = new Session();
session.connectToMainThread();
createReadStream('', { fd: 4, autoClose: false }).on('data', () => {
  session.post('Runtime.terminateExecution');
});
