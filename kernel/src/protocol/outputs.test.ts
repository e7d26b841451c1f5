import { describe, expect, it } from 'vitest';
import { recordingSockets, requestOf } from './messages.fixture.js';
import { Outputs } from './outputs.js';

describe('outputs', () => {
  it('carry the parent of their cell long after it ended, and its id when it is forgotten', () => {
    const { sockets, seen } = recordingSockets();
    const outputs = new Outputs(sockets);
    for (let cell = 0; cell < 5_000; cell += 1)
      outputs.remember(requestOf(`c${cell}`, 'execute_request'));
    for (const cell of ['c0', 'c4999', '']) outputs.under(cell, 'stream', { text: cell });

    expect(seen.map(({ parent }) => parent)).toEqual(['c0', 'c4999', null]);
  });

  it('say busy and idle under the request', () => {
    const { sockets, seen } = recordingSockets();
    new Outputs(sockets).status('busy', requestOf('m', 'comm_msg'));
    expect(seen).toEqual([
      { channel: 'iopub', type: 'status', content: { execution_state: 'busy' }, parent: 'm' }
    ]);
  });
});
