import type { WebSocket } from 'ws';
import type { LabUser } from '../config.js';
import { allows } from '../identity/roles.js';
import type { LabKernel } from './lab-kernel.js';
import { fromSocket, part, toSocket, type HeaderView } from './wire.js';

/** The binary framing that JupyterLab asks for. */
export const CHANNELS_PROTOCOL = 'v1.kernel.websocket.jupyter.org';

// What a reader's page asks by itself; none of it runs code.
const FOR_VIEWERS = new Set(['kernel_info_request', 'comm_info_request']);

/** Joins a page to a kernel: iopub to everybody, answers to who asked, requests as the role allows. */
export function serveChannels(socket: WebSocket, kernel: LabKernel, user: LabUser): void {
  const asked = new Set<string>();
  const stop = kernel.listen((channel, parts) => {
    if (socket.readyState !== socket.OPEN) return;
    if (channel !== 'iopub') {
      const { msg_id: parent } = part<HeaderView>(parts, 1);
      if (!asked.has(parent)) return;
      if (channel !== 'stdin') asked.delete(parent);
    }
    socket.send(toSocket(channel, parts));
  });
  socket.on('close', stop);
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const message = isBinary ? fromSocket(data) : null;
    if (message === null) return socket.close(1003, 'LAB_BAD_REQUEST');
    const header = part<HeaderView>(message.parts, 0);
    if (!allows(user, 'executor') && !FOR_VIEWERS.has(header.msg_type)) return;
    asked.add(header.msg_id);
    const [first, ...rest] = message.parts;
    if (first === undefined) return;
    // The user's name is ours to say, as in rooms: the gateway signs for it.
    const stamped = Buffer.from(JSON.stringify({ ...header, username: user.name }));
    kernel.send(message.channel, [stamped, ...rest]).catch(() => undefined);
  });
  kernel.ready().catch(() => socket.close(1011, 'kernel'));
}
