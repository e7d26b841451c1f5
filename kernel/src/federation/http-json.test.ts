import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayClient } from './gateway-client.js';
import { callJson } from './http-json.js';

const servers: ReturnType<typeof createServer>[] = [];

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

describe('calls of the gateway', () => {
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  it('carry a body and bring back the answer, text beyond ASCII whole', async () => {
    const url = await serve((request, response) => {
      request.setEncoding('utf8');
      void once(request, 'data').then(([body]) => response.end(body));
    });
    const body = { name: 'Hôpital – 患者' };
    expect(await callJson({ method: 'POST', url, headers: {}, body, timeoutMs: 5_000 })).toEqual({
      ok: true,
      body
    });
  });

  it('use one connection, and a fresh one when it was closed under them', async () => {
    const sockets = new Set<unknown>();
    let calls = 0;
    const url = await serve((request, response) => {
      calls += 1;
      sockets.add(request.socket);
      // The third call's connection ends without a word, as of a server that is started again.
      if (calls === 3) request.socket.destroy();
      else response.end('{}');
    });
    const call = () => callJson({ method: 'GET', url, headers: {}, timeoutMs: 5_000 });
    await call();
    await call();
    expect(sockets.size).toBe(1);
    expect(await call()).toEqual({ ok: true, body: {} });
    expect([calls, sockets.size]).toEqual([4, 2]);
  });

  it('end after their time: COORDINATOR_UNREACHABLE, as does an answer that is no JSON', async () => {
    const silent = await serve(() => undefined);
    await expect(
      callJson({ method: 'GET', url: silent, headers: {}, timeoutMs: 50 })
    ).rejects.toThrow();
    const proxy = await serve((_, response) => response.end('<html>Sign in</html>'));
    const client = new GatewayClient({ url: proxy.href, token: 'x' });
    await expect(client.federation()).rejects.toMatchObject({ code: 'COORDINATOR_UNREACHABLE' });
  });
});
