import type { JupyterMessage } from '../wire/message.js';
import type { KernelSockets } from './sockets.js';

/** A message that one side of a test sends or sees. */
export interface Seen {
  readonly channel: string;
  readonly type: string;
  readonly content: unknown;
  readonly parent: unknown;
}

/** A request as it comes from a client. */
export function requestOf(
  id: string,
  type: string,
  content: Readonly<Record<string, unknown>> = {},
  more: { readonly client?: string; readonly parent?: Readonly<Record<string, unknown>> } = {}
): JupyterMessage {
  const header = { msg_id: id, msg_type: type, subshell_id: null };
  return {
    identities: [Buffer.from(more.client ?? 'client')],
    header,
    headerJson: Buffer.from(JSON.stringify(header)),
    parent: more.parent ?? {},
    content,
    metadata: {},
    buffers: []
  };
}

/** Sockets that remember what was sent. */
export function recordingSockets(): { readonly sockets: KernelSockets; readonly seen: Seen[] } {
  const seen: Seen[] = [];
  const parentOf = (parent: unknown): unknown => {
    const header: unknown =
      parent instanceof Uint8Array ? JSON.parse(Buffer.from(parent).toString()) : parent;
    return (header as { msg_id?: string }).msg_id ?? null;
  };
  const contentOf = (content: unknown): unknown =>
    content instanceof Uint8Array ? JSON.parse(Buffer.from(content).toString()) : content;
  const sockets = {
    ports: { shell: 1, iopub: 2, stdin: 3, control: 4, heartbeat: 5 },
    publish: (type: string, content: unknown, parent: unknown) =>
      void seen.push({
        ...{ channel: 'iopub', type, content: contentOf(content), parent: parentOf(parent) }
      }),
    reply: (channel: string, type: string, content: unknown, to: JupyterMessage) => {
      seen.push({ channel, type, content: contentOf(content), parent: to.header.msg_id });
      return `reply-${seen.length}`;
    }
  };
  return { sockets: sockets as unknown as KernelSockets, seen };
}
