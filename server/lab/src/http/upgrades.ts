import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { LabUser } from '../config.js';
import { isOwnOrigin } from '../identity/sessions.js';
import { CHANNELS_PROTOCOL, serveChannels } from '../kernels/channels-socket.js';
import { serveRoom } from '../rooms/room-socket.js';
import type { LabParts } from './context.js';
import { callerOf } from './wardbook.js';

const MAX_ROOM_BYTES = 4_000_000;
const MAX_KERNEL_BYTES = 64_000_000;

/** All WebSockets of the lab: rooms, kernel channels, Jupyter events, the gateway's events. */
export function createUpgrades(parts: LabParts) {
  const plain = { noServer: true, perMessageDeflate: false } as const;
  const rooms = new WebSocketServer({ ...plain, maxPayload: MAX_ROOM_BYTES });
  const channels = new WebSocketServer({
    ...plain,
    maxPayload: MAX_KERNEL_BYTES,
    handleProtocols: offered => (offered.has(CHANNELS_PROTOCOL) ? CHANNELS_PROTOCOL : false)
  });
  const silent = new WebSocketServer(plain);

  const accept = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { pathname } = new URL(request.url ?? '/', 'http://lab');
    const run = /^\/wardbook\/(v1\/(?:federation|runs\/[0-9a-f]{32})\/events)$/.exec(pathname)?.[1];
    if (run !== undefined) {
      // A kernel shows its token; what comes with a cookie alone must come from our pages.
      if (request.headers.authorization === undefined) pageUser(request, parts);
      else callerOf({ headers: request.headers, method: 'GET' }, parts);
      return silent.handleUpgrade(request, socket, head, client => pipeEvents(client, run, parts));
    }
    const user = pageUser(request, parts);
    const room = /^\/wardbook\/rooms\/([0-9a-f-]{36})$/.exec(pathname)?.[1];
    const kernel = /^\/api\/kernels\/([0-9a-f-]{36})\/channels$/.exec(pathname)?.[1];
    if (room !== undefined) await joinRoom(room, user, { request, socket, head });
    else if (kernel !== undefined) joinKernel(kernel, user, { request, socket, head });
    else if (pathname === '/api/events/subscribe')
      silent.handleUpgrade(request, socket, head, client => client.on('error', () => undefined));
    else throw new Error('404 Not Found');
  };

  const joinRoom = async (document: string, user: LabUser, { request, socket, head }: Upgrade) => {
    const entry = parts.index.byId(document);
    if (entry === null) throw new Error('404 Not Found');
    const room = await parts.rooms.room(document);
    rooms.handleUpgrade(request, socket, head, client => serveRoom(client, room, entry, user));
  };

  const joinKernel = (id: string, user: LabUser, { request, socket, head }: Upgrade) => {
    const entry = parts.index.all().find(known => known.kernel === id);
    const kernel = entry ? parts.kernels.forDocument(entry).kernel : parts.kernels.kernel(id);
    if (kernel === null) throw new Error('404 Not Found');
    const cells = async () =>
      entry === undefined ? [] : (await parts.rooms.room(entry.document)).notebook.codeCells();
    channels.handleUpgrade(request, socket, head, client =>
      serveChannels(client, kernel, { user, cells })
    );
  };

  return {
    /** Takes an upgrade request of the HTTP server. */
    handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      socket.on('error', () => socket.destroy());
      accept(request, socket, head).catch((error: unknown) => {
        const line =
          error instanceof Error && /^4\d\d /.test(error.message)
            ? error.message
            : '401 Unauthorized';
        socket.end(`HTTP/1.1 ${line}\r\nConnection: close\r\n\r\n`);
      });
    },
    /** Ends all connections. */
    close(): void {
      for (const server of [rooms, channels, silent])
        for (const client of server.clients) client.terminate();
    }
  };
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

// Browsers send cookies with any page's WebSocket: the origin must be ours.
function pageUser(request: IncomingMessage, { sessions }: LabParts): LabUser {
  const user = sessions.authenticate(request.headers, Date.now());
  if (user === null) throw new Error('401 Unauthorized');
  if (!isOwnOrigin(request.headers)) throw new Error('403 Forbidden');
  return user;
}

function pipeEvents(client: WebSocket, path: string, { upstream }: LabParts): void {
  const url = new URL(path, upstream.url);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const source = new WebSocket(url, { headers: upstream.headers, perMessageDeflate: false });
  client.on('error', () => undefined).on('close', () => source.terminate());
  source.on('error', () => client.close(1013, 'COORDINATOR_UNREACHABLE'));
  source.on('message', (data: Buffer) => client.send(data.toString('utf8')));
  source.on('close', code => client.close(code === 1000 ? 1000 : 1013));
}
