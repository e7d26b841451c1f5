import { mkdtemp, open as openFile, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { record } from './log-records.js';
import { Notebook } from './nbformat.js';
import { Room } from './room.js';
import { UpdateLog, type LogFile } from './update-log.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const texts = (updates: readonly Uint8Array[]) =>
  updates.map(update => new TextDecoder().decode(update));

/** A disk that takes half of the next write and then none, until `isFull` is false again. */
class FullDisk {
  isFull = false;
  readonly open = async (path: string): Promise<LogFile> => {
    const file = await openFile(path, 'a');
    return {
      datasync: () => file.datasync(),
      truncate: length => file.truncate(length),
      close: () => file.close(),
      appendFile: async data => {
        const bytes = data as Uint8Array;
        if (!this.isFull) return file.appendFile(bytes);
        await file.appendFile(bytes.subarray(0, bytes.length / 2));
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      }
    };
  };
}

describe('UpdateLog', () => {
  let folder = '';
  let path = '';
  const read = async () => {
    const { log, updates, damagedCopy } = await UpdateLog.open(path);
    await log.close();
    return { updates: texts(updates), damagedCopy };
  };
  const write = async (...items: readonly string[]) => {
    const { log } = await UpdateLog.open(path);
    await Promise.all(items.map(item => log.append(bytesOf(item))));
    await log.close();
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-log-'));
    path = join(folder, 'updates.log');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gives back what was appended, in order', async () => {
    await write('one', 'two');
    await write('three');
    expect((await read()).updates).toEqual(['one', 'two', 'three']);
  });

  it.each([1, 7, 8, 10])('cuts a tail that is torn %i bytes short or more', async left => {
    await write('one');
    const whole = await readFile(path);
    await writeFile(path, Buffer.concat([whole, record(bytesOf('torn')).subarray(0, left)]));
    expect(await read()).toEqual({ updates: ['one'], damagedCopy: null });
    await write('two');
    expect((await read()).updates).toEqual(['one', 'two']);
  });

  it.each([8, 16, 4_096])('cuts a tail of %i zero bytes', async zeros => {
    await write('one');
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(zeros)]));
    expect(await read()).toEqual({ updates: ['one'], damagedCopy: null });
    expect(await readFile(path)).toEqual(record(bytesOf('one')));
  });

  it('keeps a copy of a log that was changed in its middle, and opens what is before', async () => {
    await write('one', 'two', 'three');
    const changed = await readFile(path);
    changed[record(bytesOf('one')).length + 9] = 0xff;
    await writeFile(path, changed);
    const { updates, damagedCopy } = await read();
    expect(updates).toEqual(['one']);
    expect(await readFile(damagedCopy ?? '')).toEqual(changed);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('loses nothing that it acknowledged when a write fails, and takes nothing more', async () => {
    const disk = new FullDisk();
    const { log } = await UpdateLog.open(path, disk.open);
    await log.append(bytesOf('one'));
    disk.isFull = true;
    await expect(log.append(bytesOf('a long update that fits only by half'))).rejects.toThrow();
    disk.isFull = false;
    await expect(log.append(bytesOf('three'))).rejects.toThrow('takes nothing more');
    await log.close();
    await write('four');
    expect((await read()).updates).toEqual(['one', 'four']);
  });

  it('says the same in fewer bytes after compacting, with what came meanwhile', async () => {
    const { log } = await UpdateLog.open(path);
    await log.append(bytesOf('one'));
    await log.append(bytesOf('two'));
    const compacted = log.compact(() => bytesOf('one and two'));
    const appended = log.append(bytesOf('three'));
    await Promise.all([compacted, appended]);
    await log.append(bytesOf('four'));
    await log.close();
    expect((await read()).updates).toEqual(['one and two', 'three', 'four']);
  });
});

describe('a room whose disk is full', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-full-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('drops its pages, and is opened anew as it is on disk', async () => {
    const disk = new FullDisk();
    const errors: unknown[] = [];
    const told: string[] = [];
    const options = {
      document: 'd',
      logPath: join(folder, 'updates.log'),
      exportFile: async () => undefined,
      onError: (error: unknown) => void errors.push(error),
      onFailed: () => void told.push('failed')
    };
    const begin = async () =>
      Notebook.parse({
        nbformat: 4,
        nbformat_minor: 5,
        cells: [{ id: 'a', cell_type: 'code', source: '1' }]
      });
    const room = await Room.open(options, begin, disk.open);
    const type = (text: string) =>
      (room.notebook.cell('a')?.get('source') as Y.Text).insert(0, text);
    room.join({ send: () => undefined, drop: () => void told.push('dropped') });
    type('kept ');
    await room.durable;
    disk.isFull = true;
    type('lost ');
    await expect(room.durable).rejects.toThrow('no space');
    type('lost too ');
    await expect(room.durable).rejects.toThrow();
    disk.isFull = false;

    const again = await Room.open(options, begin, disk.open);

    expect(told).toEqual(['failed', 'dropped']);
    expect(errors).toHaveLength(1);
    expect(again.notebook.codeOf('a')).toBe('kept 1');
    await again.close();
  });

  it('begins from the file when a killed lab left an empty log', async () => {
    const logPath = join(folder, 'updates.log');
    await writeFile(logPath, '');
    const room = await Room.open(
      {
        document: 'd',
        logPath,
        exportFile: async () => undefined,
        onError: () => undefined,
        onFailed: () => undefined
      },
      async () =>
        Notebook.parse({
          nbformat: 4,
          nbformat_minor: 5,
          cells: [{ id: 'a', cell_type: 'code', source: '41 + 1' }]
        })
    );
    expect(room.notebook.codeOf('a')).toBe('41 + 1');
    await room.close();
  });
});
