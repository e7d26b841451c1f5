import { Socket } from 'node:net';
import { FrameReader } from '../wire/frames.js';
import { messageToUser } from '../wire/user-frames.js';
import { sendToKernel } from './channel.js';
import type { FromUser, ToUser } from './messages.js';

/** The way to the parent. It is no channel of `process`: user code that removes listeners does not cut it off. */
export interface ParentChannel {
  readonly send: (message: FromUser) => void;
  readonly receive: (take: (message: ToUser) => void) => void;
}

/** The pipe from the protocol process. */
const FROM_PARENT = 3;

/**
 * Opens the way to the parent; this process ends with it. What stays possible for code that wants harm, such as
 * writing to the descriptor, is harmless in the parent: it trusts no message.
 */
export function takeParentChannel(): ParentChannel {
  const end = () => process.kill(process.pid, 'SIGKILL');
  return {
    send: sendToKernel,
    receive: take => {
      const frames = new FrameReader((head, body) => take(messageToUser(head, body)));
      new Socket({ fd: FROM_PARENT, readable: true, writable: false })
        .on('data', chunk => frames.add(chunk))
        .on('error', end)
        .on('close', end);
    }
  };
}
