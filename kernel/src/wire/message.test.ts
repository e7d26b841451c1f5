import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Codec } from './message.js';

const KEY = 'a key';
const DELIMITER = Buffer.from('<IDS|MSG>');

/** Frames of a client. */
function frames(
  parts: readonly unknown[] = [{ msg_id: 'm1', msg_type: 'kernel_info_request' }, {}, {}, {}],
  key = KEY
): Buffer[] {
  const bytes = parts.map(part =>
    Buffer.isBuffer(part) ? part : Buffer.from(JSON.stringify(part))
  );
  const hmac = createHmac('sha256', key);
  for (const part of bytes) hmac.update(part);
  return [Buffer.from('client'), DELIMITER, Buffer.from(hmac.digest('hex')), ...bytes];
}

describe('messages of clients', () => {
  it('are read with identities, parent and buffers, and keep the bytes of their header', () => {
    const header = Buffer.from('{"msg_type":"comm_msg", "msg_id":"ä", "subshell_id":"s"}');
    const sent = [...frames([header, { msg_id: 'p' }, { a: 1 }, { b: 2 }]), Buffer.from([1, 2])];
    const message = new Codec(KEY).read(sent);

    expect(message).toMatchObject({
      header: { msg_id: 'ä', msg_type: 'comm_msg', subshell_id: 's' },
      parent: { msg_id: 'p' },
      metadata: { a: 1 },
      content: { b: 2 }
    });
    expect(message?.identities.map(String)).toEqual(['client']);
    expect(message?.headerJson).toEqual(header);
    expect(message?.buffers).toEqual([Buffer.from([1, 2])]);
  });

  it('are refused without the right signature, of whatever length it is', () => {
    const codec = new Codec(KEY);
    const good = frames();
    const signed = good.map((frame, at) => (at === 2 ? Buffer.from('0'.repeat(64)) : frame));

    expect(codec.read(frames(undefined, 'another key'))).toBeNull();
    expect(codec.read(signed)).toBeNull();
    expect(codec.read(good.map((frame, at) => (at === 2 ? Buffer.alloc(0) : frame)))).toBeNull();
    expect(codec.read(good)).not.toBeNull();
  });

  it('are refused when they are sent a second time', () => {
    const codec = new Codec(KEY);
    const sent = frames();
    expect(codec.read(sent)).not.toBeNull();
    expect(codec.read(sent)).toBeNull();
  });

  it('are refused without a delimiter, with frames that lack, and when a part is no object', () => {
    const codec = new Codec(KEY);
    expect(codec.read([])).toBeNull();
    expect(codec.read(frames().slice(2))).toBeNull();
    expect(codec.read(frames().slice(0, -1))).toBeNull();
    for (const wrong of [[], null, 7, Buffer.from('{'), Buffer.from([0xff])])
      for (const at of [0, 1, 2, 3]) {
        const parts: unknown[] = [{ msg_id: 'm', msg_type: 't' }, {}, {}, {}];
        parts[at] = wrong;
        expect(codec.read(frames(parts))).toBeNull();
      }
    expect(codec.read(frames([{ msg_id: 1, msg_type: 't' }, {}, {}, {}]))).toBeNull();
  });

  it('need no signature when the connection has no key', () => {
    const unsigned = frames().map((frame, at) => (at === 2 ? Buffer.alloc(0) : frame));
    expect(new Codec('').read(unsigned)?.header.msg_id).toBe('m1');
  });
});

describe('messages of the kernel', () => {
  it('are signed, numbered and carry the parent as it came', () => {
    const codec = new Codec(KEY);
    const parent = Buffer.from('{"msg_id" : "p"}');
    const first = codec.write('status', { execution_state: 'busy' }, parent);
    const second = codec.write('status', Buffer.from('{"execution_state":"idle"}'), {});

    expect(first.id).not.toBe(second.id);
    const bytes = first.frames.map(frame => Buffer.from(frame));
    const read = new Codec(KEY).read(bytes);
    expect(read?.header).toMatchObject({ msg_id: first.id, msg_type: 'status', version: '5.5' });
    expect(bytes[3]).toEqual(parent);
    const again = new Codec(KEY).read(second.frames.map(frame => Buffer.from(frame)));
    expect(again?.content).toEqual({ execution_state: 'idle' });
  });

  it('use the digest that the connection file names, and refuse one that does not exist', () => {
    const { frames: signed } = new Codec(KEY, 'hmac-sha512').write('status', {}, {});
    expect(signed[1]).toHaveLength(128);
    expect(() => new Codec(KEY, 'hmac-none')).toThrow();
  });
});
