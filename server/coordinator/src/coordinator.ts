import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { FINAL_STATES, MAX_FRAME_BYTES, WardbookError } from '@wardbook/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import { loadConfig, type CoordinatorConfig } from './config.js';
import { callerOf } from './gateway/auth.js';
import { HospitalSockets } from './gateway/hospital-sockets.js';
import { createHttpGateway } from './gateway/http.js';
import { Runs } from './run/runs.js';
import { RunStore } from './run/store.js';

/** What tests may replace. */
export interface CoordinatorDependencies {
  readonly now?: () => number;
  readonly log?: (event: string, facts: Readonly<Record<string, string | number>>) => void;
}

/** A running coordinator. */
export interface Coordinator extends AsyncDisposable {
  /** Base address of the gateway API, ends in a slash. */
  readonly url: string;
  readonly runs: Runs;
  readonly hospitals: HospitalSockets;
}

/**
 * Starts a coordinator; runs that were open go on as soon as their hospitals are back.
 *
 * @param source `coordinator.json` or what it says
 * @throws CONFIG_INVALID, CHARTER_INVALID
 */
export async function startCoordinator(
  source: string | CoordinatorConfig,
  dependencies: CoordinatorDependencies = {}
): Promise<Coordinator> {
  const config = typeof source === 'string' ? await loadConfig(source) : source;
  const now = dependencies.now ?? Date.now;
  const log = dependencies.log ?? (() => undefined);
  const store = new RunStore(config.home, () => log('store.failed', {}));
  const watchers = new Set<() => void>();
  const hospitals: HospitalSockets = new HospitalSockets(config, {
    now,
    openRunsOf: hospital => runs.openRunsOf(hospital),
    onAnswer: (hospital, message, frame) => runs.answer(hospital, message, frame),
    onRefused: (hospital, code) =>
      log('hospital.refused', { code, ...(hospital !== null && { hospital }) }),
    onChange: (hospital, state) => {
      log(`hospital.${state}`, { hospital });
      runs.hospitalChanged(hospital, state);
      for (const watcher of [...watchers]) watcher();
    }
  });
  const runs: Runs = new Runs({
    config,
    store,
    now,
    send: (hospital, message) => hospitals.send(hospital, message),
    isConnected: hospital => hospitals.isConnected(hospital),
    helloOf: hospital => hospitals.helloOf(hospital)
  });
  const http = createHttpGateway({ config, runs, hospitals });
  const sockets = socketServer(MAX_FRAME_BYTES);
  const readers = socketServer(READER_BYTES);
  http.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    const serve = (handler: (client: WebSocket) => void, server = readers) =>
      server.handleUpgrade(request, socket, head, client => {
        client.on('error', () => undefined);
        handler(client);
      });
    try {
      const path = pathOf(request);
      if (path === '/v1/hospital') return serve(client => hospitals.accept(client), sockets);
      callerOf(config, request.headers);
      if (path === '/v1/federation/events')
        return serve(client => watchFederation(client, hospitals, watchers));
      const run = /^\/v1\/runs\/([0-9a-f]{32})\/events$/.exec(path)?.[1];
      if (run === undefined) return refuse(socket, '404 Not Found');
      runs.view(run);
      return serve(client => watchRun(client, runs, run));
    } catch (error) {
      const unknown = error instanceof WardbookError && error.code === 'RUN_NOT_FOUND';
      return refuse(socket, unknown ? '404 Not Found' : '401 Unauthorized');
    }
  });
  const address = await http.listen({ host: config.host, port: config.port });
  log('coordinator.ready', { address });
  return {
    url: `${address}/`,
    runs,
    hospitals,
    [Symbol.asyncDispose]: async () => {
      hospitals.close();
      for (const client of [...sockets.clients, ...readers.clients]) client.terminate();
      await http.close();
      store.close();
    }
  };
}

/** Readers have nothing to say. */
const READER_BYTES = 1_024;

function socketServer(maxPayload: number): WebSocketServer {
  return new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload });
}

// A request line such as `GET //` is no URL; it must not end the process.
function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}

function watchFederation(
  client: WebSocket,
  hospitals: HospitalSockets,
  watchers: Set<() => void>
): void {
  const tell = () => client.send(JSON.stringify(hospitals.view()));
  watchers.add(tell);
  client.on('close', () => watchers.delete(tell));
  tell();
}

function watchRun(client: WebSocket, runs: Runs, run: string): void {
  let ended = false;
  const stop = runs.watch(run, view => {
    if (ended) return;
    client.send(JSON.stringify(view));
    if (!FINAL_STATES.includes(view.state)) return;
    ended = true;
    client.close(1000);
  });
  client.on('close', () => stop());
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
}
