import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { History, historyPath } from './history.js';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wardbook-history-'));
  path = join(folder, 'deep', 'history.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A session with inputs. */
function session(...sources: readonly string[]): History {
  const history = new History(path);
  sources.forEach((source, index) => history.add(index + 1, source));
  return history;
}

const tail = (history: History, n: number) => history.find({ hist_access_type: 'tail', n });

describe('history', () => {
  it('keeps inputs on disk for later sessions, which count on', async () => {
    await session('a', 'b').flush();
    const later = session('c');
    expect(await tail(later, 2)).toEqual([
      [1, 2, 'b'],
      [2, 1, 'c']
    ]);
  });

  it('gives every kernel a session of its own when several begin at once, and loses no input', async () => {
    const kernels = Array.from({ length: 8 }, (_, at) => session(`x${at}`, `y${at}`));
    await Promise.all(kernels.map(kernel => kernel.flush()));
    const all = await tail(new History(path), 100);
    expect(new Set(all.map(([number]) => number)).size).toBe(8);
    expect(all).toHaveLength(16);
  });

  it('shows its own session last, also beside a younger one', async () => {
    const first = session('mine');
    await first.flush();
    await session('of another').flush();
    expect((await tail(first, 2)).map(row => row[2])).toEqual(['of another', 'mine']);
  });

  it('answers a range of this session (0), of earlier ones (negative or by number), with open ends', async () => {
    await session('old 1', 'old 2').flush();
    const now = session('1', '2', '3');
    const range = async (request: object) =>
      (await now.find({ hist_access_type: 'range', ...request })).map(row => row[2]);

    expect(await range({ session: 0, start: 1, stop: 3 })).toEqual(['1', '2']);
    expect(await range({ session: 0, start: -1 })).toEqual(['3']);
    expect(await range({ session: 0, start: 1, stop: -1 })).toEqual(['1', '2']);
    expect(await range({ session: -1, start: 2 })).toEqual(['old 2']);
    expect(await range({ session: 1 })).toEqual(['old 1', 'old 2']);
    expect(await range({ session: 99 })).toEqual([]);
  });

  it('searches by a shell pattern, the latest n, each input once when asked', async () => {
    const history = session('1+1', 'let a', '1+2', '1+1');
    const search = async (request: object) =>
      (await history.find({ hist_access_type: 'search', ...request })).map(row => row.slice(1));

    expect(await search({ pattern: '1?[12]' })).toEqual([
      [1, '1+1'],
      [3, '1+2'],
      [4, '1+1']
    ]);
    expect(await search({ pattern: '1*', unique: true })).toEqual([
      [3, '1+2'],
      [4, '1+1']
    ]);
    expect(await search({ pattern: '1*', n: 1 })).toEqual([[4, '1+1']]);
    expect(await search({ pattern: 'none' })).toEqual([]);
  });

  it('adds outputs when asked: the text of this session, null for others', async () => {
    await session('old').flush();
    const history = session('40 + 2', 'let b');
    history.output(1, Buffer.from('{"data":{"text/plain":"42"},"metadata":{}}'));
    expect(await history.find({ hist_access_type: 'tail', n: 3, output: true })).toEqual([
      [1, 1, ['old', null]],
      [2, 1, ['40 + 2', '42']],
      [2, 2, ['let b', null]]
    ]);
  });

  it('goes on in memory when the disk takes nothing', async () => {
    await writeFile(join(folder, 'deep'), 'a file where a folder is needed');
    expect(await tail(session('a'), 5)).toEqual([[1, 1, 'a']]);
  });

  it('passes over lines that a full disk cut', async () => {
    await session('a').flush();
    await writeFile(path, '[1,1,"a"]\n[1,2,"b\n[1,"x",3]\n7\n', { flag: 'a' });
    expect((await tail(new History(path), 9)).map(row => row[2])).toEqual(['a', 'a']);
  });

  it('lies in the folder for data of the user, or where its own variable says', () => {
    expect(historyPath({ XDG_DATA_HOME: '/d' })).toBe(join('/d', 'wardbook', 'history.jsonl'));
    expect(historyPath({ WARDBOOK_KERNEL_HISTORY: '/h' })).toBe('/h');
  });
});
