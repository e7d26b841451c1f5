import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CellQueue } from './cell-queue.js';
import { requestOf } from './messages.fixture.js';

/** A queue whose cells fail when their id begins with `!`. */
function setUp() {
  const seen: string[] = [];
  const queue = new CellQueue({
    run: async ({ header: { msg_id: id } }) => {
      seen.push(`run ${id}`);
      await after(1);
      return { failed: id.startsWith('!'), answer: () => void seen.push(`answer ${id}`) };
    },
    abort: ({ header: { msg_id: id } }) => void seen.push(`abort ${id}`)
  });
  const add = (...ids: readonly string[]) => {
    for (const id of ids) queue.add(requestOf(id, 'execute_request'));
  };
  return { seen, queue, add };
}

describe('a queue of cells', () => {
  it('runs one after the other', async () => {
    const { seen, add } = setUp();
    add('a', 'b');
    await after(30);
    expect(seen).toEqual(['run a', 'answer a', 'run b', 'answer b']);
  });

  it('aborts what was sent before the error was known, after the answer to it', async () => {
    const { seen, add } = setUp();
    add('!a', 'b', 'c');
    await after(30);
    expect(seen).toEqual(['run !a', 'answer !a', 'abort b', 'abort c']);
  });

  it('runs what is sent once the error is known', async () => {
    const { seen, add } = setUp();
    add('!a');
    await after(30);
    add('b');
    await after(30);
    expect(seen).toEqual(['run !a', 'answer !a', 'run b', 'answer b']);
  });

  it('aborts all that waits when its shell is deleted; what runs is answered', async () => {
    const { seen, add, queue } = setUp();
    add('a', 'b');
    queue.abortAll();
    await after(30);
    expect(seen).toEqual(['run a', 'abort b', 'answer a']);
  });
});
