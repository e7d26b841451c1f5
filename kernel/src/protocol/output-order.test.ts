import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeMark } from '../wire/place-marks.js';
import { OutputOrder, type RawName } from './output-order.js';

type Written = { readonly raw: RawName; readonly text: string } | 'message';

const written = fc.oneof(
  fc.constant('message' as const),
  fc.record({
    raw: fc.constantFrom('stdout' as const, 'stderr' as const),
    text: fc.stringMatching(/^[a-zä\0]{1,6}$/)
  })
);

/** What a process writes: the bytes of each pipe, and its messages. */
function pipesOf(program: readonly Written[]) {
  const raw: Record<RawName, Buffer[]> = { stdout: [], stderr: [] };
  const messages: number[] = [];
  for (const step of program)
    if (step === 'message') {
      messages.push(messages.length + 1);
      for (const name of ['stdout', 'stderr'] as const) raw[name].push(placeMark(messages.length));
    } else raw[step.raw].push(Buffer.from(step.text));
  return { stdout: Buffer.concat(raw.stdout), stderr: Buffer.concat(raw.stderr), messages };
}

/** What one pipe showed between the messages. */
function story(seen: readonly string[], name: RawName): string {
  return seen
    .filter(entry => entry.startsWith(name) || entry.startsWith('#'))
    .map(entry => (entry.startsWith('#') ? entry : entry.slice(7)))
    .join('');
}

describe('the order of outputs', () => {
  it('is that of writing, however the pipes are read', () => {
    fc.assert(
      fc.property(
        fc.array(written, { maxLength: 20 }),
        fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 9 })), { minLength: 1 }),
        (program, reads) => {
          const pipes = pipesOf(program);
          const seen: string[] = [];
          const order = new OutputOrder<number>({
            message: place => void seen.push(`#${place}`),
            raw: (name, text) => void seen.push(`${name}:${text}`)
          });
          const left = { stdout: pipes.stdout, stderr: pipes.stderr };
          const messages = [...pipes.messages];
          for (
            let turn = 0;
            left.stdout.length + left.stderr.length + messages.length > 0;
            turn += 1
          ) {
            const [which = 0, length = 1] = reads[turn % reads.length] ?? [];
            // Every third turn goes round, so that no pipe is left out.
            const pipe = turn % 3 === 0 ? (turn / 3) % 3 : which;
            if (pipe === 2) {
              const place = messages.shift();
              if (place !== undefined) order.message(place, place);
              continue;
            }
            const name = pipe === 0 ? 'stdout' : 'stderr';
            const chunk = left[name].subarray(0, length);
            left[name] = left[name].subarray(length);
            if (chunk.length > 0) order.raw(name, chunk);
          }
          order.rawEnded('stdout');
          order.rawEnded('stderr');

          for (const name of ['stdout', 'stderr'] as const) {
            let place = 0;
            const expected = program.map(step => {
              if (step === 'message') return `#${(place += 1)}`;
              return step.raw === name ? step.text : '';
            });
            expect(story(seen, name)).toBe(expected.join(''));
          }
        }
      )
    );
  });

  it('does not wait for pipes that user code closed', () => {
    const seen: number[] = [];
    const order = new OutputOrder<number>({
      message: place => void seen.push(place),
      raw: () => undefined
    });
    order.message(1, 1);
    order.raw('stdout', placeMark(1));
    expect(seen).toEqual([]);
    order.rawEnded('stderr');
    order.message(2, 2);
    expect(seen).toEqual([1]);
    order.rawEnded('stdout');
    expect(seen).toEqual([1, 2]);
  });

  it('hands over what has no place at once', () => {
    const seen: string[] = [];
    const order = new OutputOrder<string>({
      message: text => void seen.push(text),
      raw: () => undefined
    });
    order.message('waits', 1);
    order.message('ready', 0);
    expect(seen).toEqual(['ready']);
  });
});
