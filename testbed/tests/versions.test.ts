import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHospital } from '@wardbook/hospital';
import { signWith } from '@wardbook/masking';
import {
  Challenge,
  Charter,
  charterHash,
  decodeFrame,
  encodeFrame,
  type Hello
} from '@wardbook/protocol';
import { startFederationInProcess, type FederationInProcess } from '@wardbook/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

const FOLDER = fileURLToPath(new URL('../studies/hip-fracture', import.meta.url));

describe('the greeting between a hospital and a coordinator', () => {
  let home = '';
  let federation: FederationInProcess;
  let charter: Charter;
  let privateKey = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-versions-'));
    federation = await startFederationInProcess({ folder: FOLDER, home });
    await federation.stopHospital('harbour');
    const read = async (...path: string[]) =>
      JSON.parse(await readFile(join(home, ...path), 'utf8')) as unknown;
    charter = Charter.parse(await read('study', 'charter.json'));
    const keys = await read('hospitals', 'harbour', 'keys.json');
    ({ privateKey } = (keys as { signing: { privateKey: string } }).signing);
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  /** Greets as the hospital `harbour` that speaks `version`; how it ended: the answer's type or the close reason. */
  const greet = async (version: number): Promise<string> => {
    const url = new URL('v1/hospital', federation.coordinator.url);
    url.protocol = 'ws:';
    const socket = new WebSocket(url);
    const closed = once(socket, 'close') as Promise<[number, Buffer]>;
    const [first] = (await once(socket, 'message')) as [Buffer];
    const { nonce } = Challenge.parse(decodeFrame(first).payload);
    const hospital = charter.hospitals.find(({ id }) => id === 'harbour');
    if (hospital === undefined) throw new Error('no harbour');
    const hello: Hello = {
      type: 'hello',
      version,
      hospital: hospital.id,
      study: charter.study,
      charterHash: charterHash(charter),
      dictionaryHash: charter.dictionaryHash,
      policy: hospital.policy,
      snapshot: { id: charter.dictionaryHash, patientsFloor: 50 },
      challenge: nonce,
      nonce: '0'.repeat(64)
    };
    socket.send(encodeFrame(hello, signWith(privateKey)));
    const answered = (once(socket, 'message') as Promise<[Buffer]>).then(
      ([data]) => (decodeFrame(data).payload as { type: string }).type
    );
    const ended = await Promise.race([answered, closed.then(([, reason]) => reason.toString())]);
    socket.close();
    await closed;
    return ended;
  };

  it('goes on with a version both speak', async () => {
    expect(await greet(1)).toBe('welcome');
  });

  it('ends for one that only the hospital speaks, all else being equal', async () => {
    expect(await greet(99)).toBe('PROTOCOL_VERSION');
  });

  it('ends for a coordinator of versions that the hospital does not speak, and the hospital says why', async () => {
    const read = async (...path: string[]) =>
      JSON.parse(await readFile(join(home, ...path), 'utf8')) as Record<string, unknown>;
    const keys = (await read('coordinator', 'keys.json')) as { signing: { privateKey: string } };
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    const said: unknown[] = [];
    server.on('connection', socket => {
      const challenge = { type: 'challenge', versions: [98, 99], nonce: '1'.repeat(64) };
      socket.send(encodeFrame(challenge, signWith(keys.signing.privateKey)));
      socket.on('message', data => said.push(data));
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const file = join(home, 'hospitals', 'harbour', 'hospital.json');
    const config = await read('hospitals', 'harbour', 'hospital.json');
    const coordinator = `ws://127.0.0.1:${port}/v1/hospital`;
    await writeFile(file, JSON.stringify({ ...config, coordinator }));
    const states: unknown[] = [];
    const hospital = await startHospital(file, {
      log: (event, { reason }) => states.push([event, reason])
    });
    await expect.poll(() => states[0]).toEqual(['connection.lost', 'PROTOCOL_VERSION']);
    expect(said).toEqual([]);
    await hospital[Symbol.asyncDispose]();
    for (const client of server.clients) client.terminate();
    server.close();
  });
});
