import { describe, expect, it } from 'vitest';
import type { FromUser } from '../user/messages.js';
import { recordingSockets, requestOf } from './messages.fixture.js';
import { Stdin } from './stdin.js';

type Prompt = Extract<FromUser, { type: 'prompt' }>;

const prompt = (cell: string, request: number): Prompt => ({
  ...{ type: 'prompt', cell, request, text: 'name? ', password: false }
});
const cell = (id: string, client: string) =>
  requestOf(id, 'execute_request', { allow_stdin: true }, { client });
const reply = (value: string, client: string, parent = {}) =>
  requestOf('r', 'input_reply', { value }, { client, parent });

function setUp() {
  const { sockets, seen } = recordingSockets();
  const answers: unknown[] = [];
  return { stdin: new Stdin(sockets, message => void answers.push(message)), seen, answers };
}

describe('input', () => {
  it('is asked of the client that sent the cell, and goes to the prompt of that client', () => {
    const { stdin, seen, answers } = setUp();
    stdin.ask(prompt('a', 1), cell('a', 'ana'));
    stdin.ask(prompt('b', 2), cell('b', 'ben'));
    stdin.take(reply('from ben', 'ben'));
    stdin.take(reply('from ana', 'ana'));

    expect(seen.map(({ channel, type, parent }) => [channel, type, parent])).toEqual([
      ['stdin', 'input_request', 'a'],
      ['stdin', 'input_request', 'b']
    ]);
    expect(answers).toEqual([
      { type: 'input', request: 2, value: 'from ben' },
      { type: 'input', request: 1, value: 'from ana' }
    ]);
  });

  it('goes to the very prompt that a reply names', () => {
    const { stdin, answers } = setUp();
    stdin.ask(prompt('a', 1), cell('a', 'ana'));
    stdin.ask(prompt('b', 2), cell('b', 'ana'));
    stdin.take(reply('second', 'ana', { msg_id: 'reply-2' }));
    expect(answers).toEqual([{ type: 'input', request: 2, value: 'second' }]);
  });

  it('is refused in the cell when its client takes none', () => {
    const { stdin, seen, answers } = setUp();
    stdin.ask(prompt('a', 1), requestOf('a', 'execute_request'));
    expect(seen).toEqual([]);
    expect(answers).toMatchObject([
      { type: 'answer', call: 1, error: { code: 'StdinNotAllowed' } }
    ]);
  });

  it('that comes after its cell was interrupted reaches nobody', () => {
    const { stdin, answers } = setUp();
    stdin.ask(prompt('a', 1), cell('a', 'ana'));
    stdin.drop('a');
    stdin.take(reply('late', 'ana'));
    expect(answers).toEqual([]);
  });
});
