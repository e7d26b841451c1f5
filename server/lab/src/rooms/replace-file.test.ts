import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { DocumentIndex } from './document-index.js';
import { UpdateLog } from './update-log.js';

const synced = vi.hoisted(() => [] as string[]);

// Whether a folder's names are on disk cannot be seen without cutting the power: the calls are watched.
vi.mock('node:fs/promises', async original => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    open: async (path: string, ...rest: [string, number?]) => {
      const file = await real.open(path, ...rest);
      const sync = file.sync.bind(file);
      file.sync = () => {
        synced.push(path);
        return sync();
      };
      return file;
    }
  };
});

it('puts the names of a log and of the index on disk before it says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wardbook-sync-'));
  const { log } = await UpdateLog.open(join(folder, 'updates.log'));
  expect(synced).toEqual([folder]);
  const entry = await new DocumentIndex(folder).add('a.ipynb');
  expect(synced).toEqual([folder, folder]);
  expect(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'))).toEqual([entry]);
  await log.close();
  await rm(folder, { recursive: true, force: true });
});
