import { setTimeout as after } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { curveKeyPair, Dealer, Request, Subscriber } from 'zeromq';
import type { JupyterMessage } from '../wire/message.js';
import type { ConnectionFile, CurveKeys } from './connection-file.js';
import { freePort, signedRequest } from './raw-kernel.fixture.js';
import { KernelSockets } from './sockets.js';

const KEY = 'secret';
const LATE_MS = 300;
const opened: { close(): void }[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

/** A kernel that answers every shell message with `echo_reply`. */
async function kernel(curve: CurveKeys | null = null) {
  const names = ['shell', 'iopub', 'stdin', 'control', 'heartbeat'] as const;
  const ports = Object.fromEntries(
    await Promise.all(names.map(async name => [name, await freePort()] as const))
  ) as ConnectionFile['ports'];
  const file: ConnectionFile = {
    ...{ transport: 'tcp', ip: '127.0.0.1', ports, key: KEY, scheme: 'hmac-sha256', curve }
  };
  const sockets = new KernelSockets(file);
  opened.push(sockets);
  const seen: JupyterMessage[] = [];
  await sockets.bind({
    shell: message => {
      seen.push(message);
      sockets.reply('shell', 'echo_reply', { of: message.header.msg_id }, message);
    },
    control: () => undefined,
    stdin: () => undefined
  });
  return { sockets, seen, at: (name: keyof typeof ports) => `tcp://127.0.0.1:${ports[name]}` };
}

const request = (key = KEY) => signedRequest('echo_request', {}, { key });

function dealer(address: string, options: ConstructorParameters<typeof Dealer>[0] = {}): Dealer {
  const socket = new Dealer({ linger: 0, ...options });
  opened.push(socket);
  socket.connect(address);
  return socket;
}

/** Type of the next message; null when there is none in time. */
async function next(socket: Dealer | Subscriber): Promise<string | null> {
  const frames = await Promise.race([socket.receive(), after(LATE_MS, null)]);
  const at = frames?.findIndex(frame => String(frame) === '<IDS|MSG>') ?? -1;
  const header: unknown = JSON.parse(String(frames?.[at + 2] ?? 'null'));
  return (header as { msg_type: string } | null)?.msg_type ?? null;
}

describe('the sockets of a kernel', () => {
  it('answer what is signed and stay silent otherwise', async () => {
    const { at, seen } = await kernel();
    const client = dealer(at('shell'));
    await client.send(request('wrong key'));
    await client.send(['<IDS|MSG>', 'rubbish']);
    await client.send([Buffer.alloc(0)]);
    expect(await next(client)).toBeNull();
    expect(seen).toHaveLength(0);
    const signed = dealer(at('shell'));
    await signed.send(request());
    expect(await next(signed)).toBe('echo_reply');
  });

  it('answer a second client that has the identity of a first one', async () => {
    const { at } = await kernel();
    const first = dealer(at('shell'), { routingId: 'same' });
    await first.send(request());
    expect(await next(first)).toBe('echo_reply');
    const second = dealer(at('shell'), { routingId: 'same' });
    await second.send(request());
    expect(await next(second)).toBe('echo_reply');
  });

  it('welcome every subscriber under the topic it asked for', async () => {
    const { at, sockets } = await kernel();
    const subscribe = (topic: string) => {
      const socket = new Subscriber({ linger: 0 });
      opened.push(socket);
      socket.connect(at('iopub'));
      socket.subscribe(topic);
      return socket;
    };
    const all = subscribe('');
    expect(await next(all)).toBe('iopub_welcome');
    const some = subscribe('stream');
    expect(await next(some)).toBe('iopub_welcome');
    sockets.publish('status', { execution_state: 'busy' }, {});
    sockets.publish('stream', { name: 'stdout', text: 'a' }, {});
    expect(await next(some)).toBe('stream');
  });

  it('lose nothing of 5,000 messages to a subscriber that reads late', async () => {
    const { at, sockets } = await kernel();
    const slow = new Subscriber({ linger: 0, receiveHighWaterMark: 10 });
    opened.push(slow);
    slow.connect(at('iopub'));
    slow.subscribe('');
    await slow.receive();
    for (let count = 0; count < 5_000; count += 1) sockets.publish('stream', { count }, {});
    for (let count = 0; count < 5_000; count += 1)
      expect(String((await slow.receive()).at(-1))).toBe(`{"count":${count}}`);
  });

  it('beat', async () => {
    const { at } = await kernel();
    const heart = new Request({ linger: 0 });
    opened.push(heart);
    heart.connect(at('heartbeat'));
    await heart.send('ping');
    expect(String(await heart.receive())).toBe('ping');
  });

  it('are encrypted when the connection file has keys: a client without them is not heard', async () => {
    const keys = curveKeyPair();
    const { at, seen } = await kernel(keys);
    const plain = dealer(at('shell'));
    const impostor = curveKeyPair();
    const wrong = dealer(at('shell'), {
      curveServerKey: impostor.publicKey,
      curvePublicKey: impostor.publicKey,
      curveSecretKey: impostor.secretKey
    });
    void plain.send(request()).catch(() => undefined);
    void wrong.send(request()).catch(() => undefined);
    expect(await next(plain)).toBeNull();
    expect(seen).toHaveLength(0);

    const client = dealer(at('shell'), {
      curveServerKey: keys.publicKey,
      curvePublicKey: keys.publicKey,
      curveSecretKey: keys.secretKey
    });
    await client.send(request());
    expect(await next(client)).toBe('echo_reply');
    const heart = new Request({
      ...{ linger: 0, curveServerKey: keys.publicKey },
      ...{ curvePublicKey: impostor.publicKey, curveSecretKey: impostor.secretKey }
    });
    opened.push(heart);
    heart.connect(at('heartbeat'));
    await heart.send('ping');
    expect(String(await heart.receive())).toBe('ping');
  });
});
