import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { LabUser } from '../config.js';
import { allows } from '../identity/roles.js';
import type { LabKernel } from './lab-kernel.js';
import { fromSocket, part, toSocket, type Channel, type HeaderView, type Parts } from './wire.js';

/** The binary framing that JupyterLab asks for. */
export const CHANNELS_PROTOCOL = 'v1.kernel.websocket.jupyter.org';

// What a reader's page asks by itself; none of it runs code.
const FOR_VIEWERS = new Set(['kernel_info_request', 'comm_info_request']);

const Header = z.looseObject({
  msg_id: z.string().min(1).max(200),
  msg_type: z.string().min(1).max(200)
});

interface PageMessage {
  readonly channel: Channel;
  readonly header: z.infer<typeof Header>;
  readonly rest: Parts;
}

/** Joins a page to a kernel: iopub to everybody, answers to who asked, requests as the role allows. */
export function serveChannels(
  socket: WebSocket,
  kernel: Pick<LabKernel, 'listen' | 'send' | 'ready'>,
  user: LabUser
): void {
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
    const message = isBinary ? readMessage(data) : null;
    if (message === null) return socket.close(1003, 'LAB_BAD_REQUEST');
    const { channel, header, rest } = message;
    if (!allows(user, 'executor') && !FOR_VIEWERS.has(header.msg_type)) return;
    asked.add(header.msg_id);
    // The user's name is ours to say, as in rooms: the gateway signs for it.
    const stamped = Buffer.from(JSON.stringify({ ...header, username: user.name }));
    kernel.send(channel, [stamped, ...rest]).catch(() => undefined);
  });
  kernel.ready().catch(() => socket.close(1011, 'kernel'));
}

// Anybody with a link may send any bytes: what throws here would end the lab for everybody.
function readMessage(data: Buffer): PageMessage | null {
  try {
    const message = fromSocket(data);
    if (message === null || message.parts.length < 4) return null;
    const [, ...rest] = message.parts;
    for (const index of [1, 2, 3] as const) part(message.parts, index);
    return { channel: message.channel, header: Header.parse(part(message.parts, 0)), rest };
  } catch {
    return null;
  }
}
