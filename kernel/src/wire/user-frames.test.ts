import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, makeFrame } from './frames.js';
import { arrivalOf, frameFromUser, frameToUser, messageToUser } from './user-frames.js';

/** Feeds bytes in pieces of the given lengths. */
function fed(bytes: Buffer, lengths: readonly number[]): { head: object; body: Buffer }[] {
  const read: { head: object; body: Buffer }[] = [];
  const reader = new FrameReader((head, body) => void read.push({ head, body }));
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    reader.add(bytes.subarray(at, at + length));
    at += length;
  }
  return read;
}

describe('frames between the two processes', () => {
  it('come together from pieces of any size', () => {
    const frame = fc.record({
      text: fc.oneof(fc.string(), fc.constant('ä🙂\ud800\0')),
      body: fc.uint8Array()
    });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (sent, lengths) => {
          const bytes = Buffer.concat(sent.map(({ text, body }) => makeFrame({ text }, [body])));
          const read = fed(bytes, lengths);
          expect(read.map(({ head }) => head)).toEqual(sent.map(({ text }) => ({ text })));
          expect(read.map(({ body }) => new Uint8Array(body))).toEqual(
            sent.map(({ body }) => body)
          );
        }
      ),
      { numRuns: 40 }
    );
  });

  it('refuse bytes that are none, before memory is taken for them', () => {
    const lies = Buffer.alloc(8);
    lies.writeUInt32LE(8, 0);
    lies.writeUInt32LE(0xffff_ffff, 4);
    expect(() => fed(lies, [8])).toThrow(RangeError);
    expect(() => fed(Buffer.alloc(8), [8])).toThrow(RangeError);
    expect(() => fed(Buffer.from('\u0002\0\0\0\0\0\0\0xx', 'latin1'), [10])).toThrow(SyntaxError);
    expect(() => fed(Buffer.from('\u0001\0\0\0\0\0\0\u00007', 'latin1'), [9])).toThrow(SyntaxError);
  });

  it('carry an output as the JSON of its Jupyter content', () => {
    const sent = { type: 'stream', cell: 'c', name: 'stdout', text: 'ä\ud800' } as const;
    const [read] = fed(frameFromUser(sent, 7), [64]);
    const { message, place } = arrivalOf(read?.head ?? {}, read?.body ?? Buffer.alloc(0));

    expect(place).toBe(7);
    expect(message).toMatchObject({ type: 'output', cell: 'c', message: 'stream' });
    const content = message.type === 'output' ? Buffer.from(message.content).toString() : '';
    expect(content).toBe('{"name":"stdout","text":"ä\\ud800"}');
  });

  it('carry the buffers of a comm in both directions', () => {
    const buffers = [new Uint8Array([1]), new Uint8Array([]), new Uint8Array([2, 3])];
    const event = { commId: 'i', data: { a: 1 }, metadata: {}, buffers };
    const comm = { type: 'comm-msg', cell: 'c', ...event } as const;
    const [up] = fed(frameFromUser(comm, 1), [64]);
    const [down] = fed(frameToUser(comm), [64]);
    const empty = Buffer.alloc(0);

    for (const message of [
      arrivalOf(up?.head ?? {}, up?.body ?? empty).message,
      messageToUser(down?.head ?? {}, down?.body ?? empty)
    ]) {
      expect(message).toMatchObject({ type: 'comm-msg', commId: 'i', data: { a: 1 } });
      const arrived = 'buffers' in message ? message.buffers : [];
      expect(arrived.map(bytes => [...bytes])).toEqual([[1], [], [2, 3]]);
    }
  });

  it('refuse a display that is no JSON where it is made', () => {
    const bundle = { data: { 'application/json': 5n }, metadata: {} };
    const display = { type: 'display', cell: 'c', bundle, displayId: null, update: false } as const;
    expect(() => frameFromUser(display, 1)).toThrow(TypeError);
  });
});
