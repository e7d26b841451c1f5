import { describe, expect, it } from 'vitest';
import { dapReply, dapRequest } from './dap.js';

const failed = { success: false, message: 'User code has gone on.' } as const;
const replyTo = (command: string) =>
  dapReply(dapRequest({ seq: 4, command, arguments: {} }), 9, failed);

describe('a reply to what cannot be answered any more', () => {
  it.each([
    ['stackTrace', { stackFrames: [], totalFrames: 0 }],
    ['scopes', { scopes: [] }],
    ['variables', { variables: [] }],
    ['inspectVariables', { variables: [] }],
    ['evaluate', {}]
  ])('of %s has the lists that a client reads without a look', (command, body) => {
    expect(replyTo(command)).toEqual({
      type: 'response',
      seq: 9,
      request_seq: 4,
      command,
      success: false,
      message: 'User code has gone on.',
      body
    });
  });
});
