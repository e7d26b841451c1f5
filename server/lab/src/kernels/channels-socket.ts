import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { LabUser } from '../config.js';
import { allows } from '../identity/roles.js';
import type { LabKernel } from './lab-kernel.js';
import { ReaderGate, toldToReader, type CodeCell } from './reader-gate.js';
import { fromSocket, part, toSocket, type Channel, type HeaderView, type Parts } from './wire.js';

/** The binary framing that JupyterLab asks for. */
export const CHANNELS_PROTOCOL = 'v1.kernel.websocket.jupyter.org';

const EMPTY = Buffer.from('{}');

const Header = z.looseObject({
  msg_id: z.string().min(1).max(200),
  msg_type: z.string().min(1).max(200),
  session: z.string().max(200).optional()
});

interface PageMessage {
  readonly channel: Channel;
  readonly header: z.infer<typeof Header>;
  readonly rest: Parts;
}

/** Who is at a page, and which notebook they look at. */
export interface PageAccess {
  readonly user: LabUser;
  /** Code cells of the kernel's shared notebook, in their order; none for a kernel of its own. */
  readonly cells: () => Promise<readonly CodeCell[]>;
}

/** Joins a page to a kernel: iopub to everybody but the start of a debugger, answers to who asked, requests as the role allows. */
export function serveChannels(
  socket: WebSocket,
  kernel: Pick<LabKernel, 'listen' | 'send' | 'ready'>,
  { user, cells }: PageAccess
): void {
  const asked = new Set<string>();
  let session: string | undefined;
  const gate = allows(user, 'executor') ? null : new ReaderGate(cells);
  let admitted = Promise.resolve();
  const stop = kernel.listen((channel, parts) => {
    if (socket.readyState !== socket.OPEN) return;
    if (channel !== 'iopub') {
      const { msg_id: parent } = part<HeaderView>(parts, 1);
      if (!asked.has(parent)) return;
      if (channel !== 'stdin') asked.delete(parent);
    } else if (isDebuggerStart(parts) && part<HeaderView>(parts, 1).session !== session) return;
    socket.send(toSocket(channel, gate === null ? parts : asTold(channel, parts)));
  });
  const send = ({ channel, header, rest }: PageMessage) => {
    // Nothing answers a comm's messages.
    if (header.msg_type.endsWith('_request')) asked.add(header.msg_id);
    session = header.session;
    // The user's name is ours to say, as in rooms: the gateway signs for it.
    const stamped = Buffer.from(JSON.stringify({ ...header, username: user.name }));
    kernel.send(channel, [stamped, ...rest]).catch(() => undefined);
  };
  socket.on('close', stop);
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const message = isBinary ? readMessage(data) : null;
    if (message === null) return socket.close(1003, 'LAB_BAD_REQUEST');
    if (gate === null) return send(message);
    // One after the other: a page's messages keep their order.
    admitted = admitted.then(async () => {
      const judged = await forReader(gate, message);
      if (judged !== null) send(judged);
    });
    admitted = admitted.catch(() => undefined);
  });
  kernel.ready().catch(() => socket.close(1011, 'kernel'));
}

// JupyterLab opens its debugger at this event: at the page of who started it, not at everybody's.
function isDebuggerStart(parts: Parts): boolean {
  if (parts[0]?.includes('"debug_event"') !== true) return false;
  const { msg_type: type } = part<HeaderView>(parts, 0);
  return type === 'debug_event' && part(parts, 3)['event'] === 'initialized';
}

// What a reader's page asks by itself, without its metadata and bytes; null for everything else.
async function forReader(gate: ReaderGate, message: PageMessage): Promise<PageMessage | null> {
  const { channel, header, rest } = message;
  if (channel !== 'shell') return null;
  const [parent = EMPTY, , content = EMPTY] = rest;
  const asked: unknown = JSON.parse(content.toString('utf8'));
  const admitted = await gate.admit({ type: header.msg_type, content: asked });
  if (admitted === null) return null;
  return { channel, header, rest: [parent, EMPTY, Buffer.from(JSON.stringify(admitted))] };
}

function asTold(channel: Channel, parts: Parts): Parts {
  if (channel === 'iopub') return parts;
  const [header = EMPTY, parent = EMPTY, metadata = EMPTY] = parts;
  const { msg_type: type } = part<HeaderView>(parts, 0);
  const content = Buffer.from(JSON.stringify(toldToReader({ type, content: part(parts, 3) })));
  return [header, parent, metadata, content];
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
