import { describe, expect, it } from 'vitest';
import type { CompletionItem } from './answers.js';
import { completeReply, inspectReply, type LiveValues } from './jupyter-replies.js';

const item = (text: string, start: number, end: number): CompletionItem => ({
  text,
  kind: 'property',
  start,
  end,
  sort: '1',
  detail: `(property) ${text}: number`
});
const live = (names: string[], value: string | null = null): LiveValues => ({
  members: () => Promise.resolve(names),
  describe: () => Promise.resolve(value)
});
const NEVER: LiveValues = {
  members: () => new Promise(() => undefined),
  describe: () => new Promise(() => undefined)
};
const typed = (...items: CompletionItem[]) => ({ complete: () => Promise.resolve({ items }) });
const untyped = { complete: () => Promise.resolve(null) };

describe('complete reply', () => {
  it('puts typed items first, then living names that the types do not know', async () => {
    const reply = await completeReply(
      typed(item('head', 3, 4)),
      live(['head', 'hidden', 'other']),
      {
        code: 'df.h',
        cursor: 4
      }
    );
    expect(reply).toMatchObject({ matches: ['head', 'hidden'], cursor_start: 3, cursor_end: 4 });
    expect(reply['metadata']).toEqual({
      _jupyter_types_experimental: [
        { text: 'head', type: 'property', start: 3, end: 4, signature: '(property) head: number' },
        { text: 'hidden', type: 'instance', start: 3, end: 4 }
      ]
    });
  });

  it('counts code points, where the types count UTF-16', async () => {
    const code = '"😀😀"; df.h';
    const reply = await completeReply(typed(item('head', 11, 12)), live([]), { code, cursor: 10 });
    expect([reply['cursor_start'], reply['cursor_end']]).toEqual([9, 10]);
  });

  it('never waits for a cell that is running', async () => {
    const reply = await completeReply(typed(item('head', 3, 4)), NEVER, {
      code: 'df.h',
      cursor: 4
    });
    expect(reply['matches']).toEqual(['head']);
    expect((await completeReply(untyped, NEVER, { code: 'df.h', cursor: 4 }))['matches']).toEqual(
      []
    );
  });

  it('answers with living values alone when there are no types, without the names of the kernel', async () => {
    const reply = await completeReply(untyped, live(['$mport', 'xylo', 'x1', 'JSON$cell', 'a-b']), {
      code: 'X',
      cursor: 1
    });
    expect(reply).toMatchObject({ matches: ['x1', 'xylo'], cursor_start: 0, cursor_end: 1 });
  });

  it('offers names with two underscores to those who begin with one', async () => {
    const names = live(['__proto__', 'plain']);
    expect((await completeReply(untyped, names, { code: 'x.', cursor: 2 }))['matches']).toEqual([
      'plain'
    ]);
    expect((await completeReply(untyped, names, { code: 'x._', cursor: 3 }))['matches']).toEqual([
      '__proto__'
    ]);
  });

  it('offers nothing living inside of quotes', async () => {
    const code = "by: 'gr";
    const reply = await completeReply(typed(item('grade', 5, 7)), live(['grow']), {
      code,
      cursor: 7
    });
    expect(reply).toMatchObject({ matches: ['grade'], cursor_start: 5, cursor_end: 7 });
  });

  it('gives all matches one range when the types replace different ones', async () => {
    const reply = await completeReply(typed(item('b-c', 2, 4), item('c', 4, 4)), live([]), {
      code: "['b-']",
      cursor: 4
    });
    expect(reply).toMatchObject({ matches: ['b-c', 'b-c'], cursor_start: 2, cursor_end: 4 });
  });
});

describe('inspect reply', () => {
  const explained = {
    hover: () => Promise.resolve({ plain: 'make(a)', markdown: '`make(a)`' }),
    signature: () => Promise.resolve(null)
  };
  const nothing = { hover: () => Promise.resolve(null), signature: () => Promise.resolve(null) };

  it('joins what the types and the living value say, as text and as Markdown', async () => {
    const reply = await inspectReply(explained, live([], '[Function make]'), {
      code: 'make',
      cursor: 2
    });
    expect(reply).toEqual({
      status: 'ok',
      found: true,
      data: {
        'text/plain': 'make(a)\n\nValue: [Function make]',
        'text/markdown': '`make(a)`\n\nValue:\n\n```\n[Function make]\n```'
      },
      metadata: {}
    });
  });

  it('finds nothing where there is nothing, and does not wait for a running cell', async () => {
    expect(await inspectReply(nothing, live([]), { code: ' ', cursor: 0 })).toMatchObject({
      found: false,
      data: {}
    });
    expect((await inspectReply(explained, NEVER, { code: 'make', cursor: 4 }))['found']).toBe(true);
  });
});
