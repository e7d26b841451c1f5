import { describe, expect, it } from 'vitest';
import { ReaderGate, toldToReader } from './reader-gate.js';

const CELLS = [{ id: 'a', source: '41 + 1' }];
const open = (comm_id: string, target_name: string) =>
  ({ type: 'comm_open', content: { comm_id, target_name, data: { state: 1 } } }) as const;
const message = (comm_id: string, data: unknown) =>
  ({ type: 'comm_msg', content: { comm_id, data } }) as const;

describe('ReaderGate', () => {
  const gate = () => new ReaderGate(() => Promise.resolve(CELLS));

  it('lets a page ask for the state of all widgets, on a comm of its own', async () => {
    const reader = gate();
    expect(await reader.admit(open('c', 'jupyter.widget.control'))).toEqual({
      comm_id: 'c',
      target_name: 'jupyter.widget.control',
      data: {}
    });
    const asked = { method: 'request_states', extra: 'not sent' };
    expect(await reader.admit(message('c', asked))).toEqual({
      comm_id: 'c',
      data: { method: 'request_states' }
    });
    expect(await reader.admit({ type: 'comm_close', content: { comm_id: 'c' } })).toEqual({
      comm_id: 'c',
      data: {}
    });
    expect(await reader.admit(message('c', asked))).toBeNull();
  });

  it('puts the cells of the lab in place of those of the page', async () => {
    const reader = gate();
    await reader.admit(open('c', 'wardbook.language'));
    const data = { type: 'check', request: 7, changed: ['a'], cells: [{ id: 'a', source: 'x' }] };
    expect(await reader.admit(message('c', data))).toEqual({
      comm_id: 'c',
      data: { type: 'check', request: 7, changed: ['a'], cells: CELLS }
    });
  });

  it.each([
    ['a comm of another target', open('c', 'jupyter.widget')],
    ['a comm without an id', open('', 'wardbook.language')],
    ['a comm of another page', message('of-ana', { method: 'request_states' })],
    ['a change of a widget', message('widgets', { method: 'update', state: { value: 1 } })],
    ['a click', message('widgets', { method: 'custom', content: { event: 'click' } })],
    ['another mode for everybody', message('types', { type: 'mode', value: 'off' })],
    ['states on the comm of types', message('types', { method: 'request_states' })],
    ['a check on the comm of widgets', message('widgets', { type: 'check', request: 1 })],
    ['a check without a number', message('types', { type: 'check' })],
    ['the end of a comm of another page', { type: 'comm_close', content: { comm_id: 'of-ana' } }],
    ['a message without content', { type: 'comm_msg', content: null }],
    ['a cell', { type: 'execute_request', content: { code: '1' } }],
    ['an answer to a prompt', { type: 'input_reply', content: { value: '1' } }]
  ])('sends nothing for %s', async (_what, asked) => {
    const reader = gate();
    await reader.admit(open('types', 'wardbook.language'));
    await reader.admit(open('widgets', 'jupyter.widget.control'));
    expect(await reader.admit(asked)).toBeNull();
  });

  it('opens no more comms than a page needs', async () => {
    const reader = gate();
    const opened = [];
    for (let count = 0; count < 65; count += 1)
      opened.push(await reader.admit(open(`c${count}`, 'wardbook.language')));
    expect(opened.filter(content => content !== null)).toHaveLength(64);
    expect(opened.at(-1)).toBeNull();
  });
});

describe('toldToReader', () => {
  it('leaves out what a reader may not use', () => {
    const content = { status: 'ok', supported_features: ['debugger', 'kernel subshells'] };
    expect(toldToReader({ type: 'kernel_info_reply', content })).toEqual({
      status: 'ok',
      debugger: false,
      supported_features: []
    });
    expect(toldToReader({ type: 'comm_info_reply', content })).toBe(content);
  });
});
