import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import { FrameReader, makeFrame } from '../wire/frames.js';

/** The pipe of the debugger, both ways. */
const DEBUGGER = 6;
const EVENTS = ['paused', 'resumed', 'scriptParsed', 'breakpointResolved'] as const;

interface Question {
  readonly id: number;
  readonly method: string;
  readonly params: object;
}

/**
 * Joins the pipe of the debugger to V8's inspector of the main thread. Runs in the thread of interrupts: the main
 * thread stands still at a breakpoint.
 */
export function relayInspector(): void {
  const session = new Session();
  session.connectToMainThread();
  const pipe = new Socket({ fd: DEBUGGER, readable: true, writable: true });
  const send = (message: object) => pipe.write(makeFrame(message));
  for (const name of EVENTS)
    session.on(`Debugger.${name}`, (event: { method: string; params: unknown }) =>
      send({ method: event.method, params: event.params ?? {} })
    );
  const frames = new FrameReader(head => {
    const { id, method, params } = head as Question;
    session.post(method, params, (error: Error | null, result?: object) =>
      send(error ? { id, error: error.message } : { id, result: result ?? {} })
    );
  });
  pipe.on('data', (chunk: Buffer) => frames.add(chunk)).on('error', () => undefined);
}
