import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mimeOf } from './mime.js';
import { Progress } from './progress.js';
import { image, richMakers } from './rich.js';
import { TestNotebook } from './notebook.fixture.js';

const dataOf = async (value: unknown) => (await mimeOf(value)).data;
const SHOW = Symbol.for('Jupyter.display');

describe('the data of a value', () => {
  it('is text without colour codes for what has no display of its own', async () => {
    expect(await dataOf(new Map([[1, new Set(['a'])]]))).toEqual({
      'text/plain': "Map(1) { 1 => Set(1) { 'a' } }"
    });
    const coloured = {
      [Symbol.for('nodejs.util.inspect.custom')]: () => '\u001b[31mred\u001b[39m'
    };
    expect(await dataOf(coloured)).toEqual({ 'text/plain': 'red' });
    expect(await dataOf(new Float64Array([1, 2]))).toEqual({
      'text/plain': 'Float64Array(2) [ 1, 2 ]'
    });
  });

  it('is cut where it is too long, and says so', async () => {
    expect(String((await dataOf(Array.from({ length: 1_000 })))['text/plain'])).toMatch(
      /900 more items/
    );
    expect(String((await dataOf('x'.repeat(200_000)))['text/plain'])).toMatch(
      /190000 more characters|100002 more characters/
    );
  });

  it('survives traps, getters and displays that throw', async () => {
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error('get');
        },
        has: () => {
          throw new Error('has');
        }
      }
    );
    expect(await dataOf(trap)).toEqual({ 'text/plain': '{}' });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(Object.keys(await dataOf(revoked.proxy))).toEqual(['text/plain']);
    const failing = {
      [SHOW]: () => {
        throw new Error('broken');
      }
    };
    expect(String((await dataOf(failing))['text/plain'])).toMatch(/Its own display failed: broken/);
    expect(String((await dataOf({ [SHOW]: () => 5 }))['text/plain'])).toMatch(
      /no data by MIME type/
    );
    const worst = {
      [Symbol.for('nodejs.util.inspect.custom')]: () => {
        throw new Error('inspect');
      }
    };
    expect(Object.keys(await dataOf(worst))).toEqual(['text/plain']);
  });

  it('is its own, at once or later, in a form that travels', async () => {
    expect(await dataOf({ [SHOW]: async () => ({ 'text/html': '<b>x</b>' }) })).toEqual({
      'text/html': '<b>x</b>'
    });
    const odd = {
      [SHOW]: () => ({
        'application/json': { n: 1n },
        'image/png': new Uint8Array([1, 2]),
        none: undefined
      })
    };
    expect(await dataOf(odd)).toEqual({ 'application/json': { n: '1' }, 'image/png': 'AQI=' });
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(
      String((await dataOf({ [SHOW]: () => ({ 'application/json': cycle }) }))['text/plain'])
    ).toMatch(/circular/i);
  });

  it('is a table for a danfo frame: 60 rows and 20 columns at most, escaped, with its size', async () => {
    const columns = ['<b>', ...Array.from({ length: 24 }, (_, at) => `c${at}`)];
    const values = Array.from({ length: 100 }, (_, row) =>
      columns.map((_, column) => row + column / 8)
    );
    const { 'text/html': html, 'text/plain': text } = await dataOf({
      $data: [],
      columns,
      values,
      index: values.map((_, row) => row)
    });

    expect(html).toMatch(
      /^<table>.*&lt;b&gt;.*100 rows × 25 columns; the first and last 30 rows and the first 20 columns are shown/
    );
    expect(String(html).match(/<tr>/g)).toHaveLength(62);
    expect(String(text).split('\n')).toHaveLength(63);
  });

  it('is type, shape and values for a tensor, and a disposed one says so', async () => {
    const tensor = {
      dataId: {},
      dataSync: () => [],
      shape: [2, 2],
      dtype: 'float32',
      isDisposed: false,
      toString: () => 'Tensor\n    [[1, 2],\n     [3, 4]]'
    };
    expect(await dataOf(tensor)).toEqual({
      'text/plain': 'Tensor float32 [2 × 2], 4 values\n    [[1, 2],\n     [3, 4]]'
    });
    expect(await dataOf({ ...tensor, isDisposed: true })).toEqual({
      'text/plain': 'Tensor float32 [2 × 2], 4 values\ndisposed'
    });
  });

  it('is what the makers say', async () => {
    expect(await dataOf(richMakers.html`<b>${1}</b>`)).toEqual({
      'text/html': '<b>1</b>',
      'text/plain': '<b>1</b>'
    });
    expect(Object.keys(await dataOf(richMakers.svg('<svg/>')))).toEqual([
      'image/svg+xml',
      'text/plain'
    ]);
    expect(await dataOf(richMakers.latex('$x$'))).toEqual({
      'text/latex': '$x$',
      'text/plain': '$x$'
    });
    expect((await dataOf(richMakers.json({ a: [1] })))['application/json']).toEqual({ a: [1] });
    expect(
      (await dataOf(richMakers.vegaLite({ mark: 'bar' })))['application/vnd.vegalite.v5+json']
    ).toEqual({ mark: 'bar' });
  });

  it('is an image by its first bytes; other bytes are refused', async () => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]);
    expect(await dataOf(image(png))).toEqual({
      'image/png': Buffer.from(png).toString('base64'),
      'text/plain': 'image/png, 9 bytes'
    });
    expect(Object.keys(await dataOf(image(Buffer.from('GIF89a'))))).toContain('image/gif');
    expect(Object.keys(await dataOf(image(Buffer.from('RIFF....WEBPVP8 '))))).toContain(
      'image/webp'
    );
    expect(Object.keys(await dataOf(image(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))))).toContain(
      'image/jpeg'
    );
    expect(() => image(Buffer.from('RIFF....WAVE'))).toThrow(TypeError);
  });
});

describe('a progress bar', () => {
  it('is one display, brought up to date seldom, and exact at its end', async () => {
    const sent: { text: string; update: boolean }[] = [];
    const bar = new Progress({ total: 1_000, label: 'rows <1>' }, ({ data }, update) =>
      sent.push({ text: String(data['text/html']), update })
    );
    for (let step = 0; step < 1_000; step += 1) bar.step();
    await after(60);

    expect(sent[0]).toMatchObject({ update: false });
    expect(sent.slice(1).every(({ update }) => update)).toBe(true);
    expect(sent.length).toBeLessThan(20);
    expect(sent.at(-1)?.text).toMatch(
      /rows &lt;1&gt; .*value="1000" max="1000".*1000\/1000 \(100 %\)/
    );
    expect(() => new Progress({ total: 0, label: '' }, () => undefined)).toThrow(RangeError);
  });
});

describe('outputs of a cell', () => {
  let notebook: TestNotebook;
  beforeAll(async () => {
    notebook = new TestNotebook();
    await notebook.ready;
  });
  afterAll(() => notebook.stop());

  it('keep their order, whether or not the cell waits for its displays', async () => {
    const { outputs, text } = await notebook.run(`console.log('a'); display(1); console.log('b');
display({ [Symbol.for('Jupyter.display')]: async () => { await new Promise(r => setTimeout(r, 20)); return { 'text/plain': 'later' } } });
display(2)`);

    const shown = outputs.map(
      ({ content }) => content['text'] ?? (content['data'] as Record<string, unknown>)['text/plain']
    );
    expect(shown).toEqual(['a\n', '1', 'b\n', '2', 'later']);
    expect(text).toBeNull();
  });

  it('change in place by a handle or an id, and are cleared', async () => {
    const { outputs } = await notebook.run(`const shownFirst = await display('old');
await shownFirst.update('new'); await updateDisplay('newest', shownFirst.id); clearOutput({ wait: true })`);

    expect(outputs.map(({ message }) => message)).toEqual([
      'display_data',
      'update_display_data',
      'update_display_data',
      'clear_output'
    ]);
    const ids = outputs.slice(0, 3).map(({ content }) => JSON.stringify(content['transient']));
    expect(new Set(ids).size).toBe(1);
    expect(outputs.at(-1)?.content).toEqual({ wait: true });
  });

  it('come from every method of the console, without colour codes', async () => {
    const { printed } = await notebook.run(`process.env.FORCE_COLOR = '1';
console.table([{ a: 1 }]); console.group('g'); console.dir({ x: 'y' }); console.groupEnd(); console.count(); console.time('t'); console.timeEnd('t');
console.assert(false, 'claim'); console.trace('here'); process.stdout.write(Buffer.from('é').subarray(0, 1)); process.stdout.write(Buffer.from('é').subarray(1));`);

    expect(printed).toMatch(/│ 0 +│ 1 │/);
    expect(printed).toMatch(/g\n {2}\{ x: 'y' \}\ndefault: 1\nt: [\d.]+m?s\n/);
    expect(printed).toMatch(/Assertion failed: claim\nTrace: here\n {4}at cell-\d+\.ts:3:\d+\n/);
    expect(printed.endsWith('é')).toBe(true);
    expect(printed).not.toContain('\u001b');
  });
});
