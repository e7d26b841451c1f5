import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureCharter } from './charter.js';
import { readFederationFolder } from './description.js';
import { layoutOf } from './layout.js';

const STUDY = fileURLToPath(new URL('../../../../testbed/studies/hip-fracture', import.meta.url));
const DEMO = fileURLToPath(new URL('../../../../notebooks/demo', import.meta.url));

const TIGHTER = { policy: { profile: 'fr-hospital', overrides: { k: 20 } } };

interface Description {
  title: { en: string };
  hospitals: { name: { en: string }; policy: { overrides?: Record<string, unknown> } }[];
  members: { role: string }[];
}
interface Dictionary {
  variables: { range?: { max: number } }[];
}

describe('the charter of a home folder', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-charter-'));
    await cp(STUDY, join(folder, 'study'), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const ensure = async (study = join(folder, 'study')) =>
    ensureCharter(await readFederationFolder(study), layoutOf(join(folder, 'home')));
  const edit = async <T>(name: string, change: (content: T) => void) => {
    const file = join(folder, 'study', name);
    const content = JSON.parse(await readFile(file, 'utf8')) as T;
    change(content);
    await writeFile(file, JSON.stringify(content));
  };
  const differs = (path: string) =>
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      limits: expect.objectContaining({ path, problem: 'differs-from-charter' }) as object
    }) as Error;

  it('is made once and found again', async () => {
    const first = await ensure();
    expect(first.hospitals.map(({ id }) => id)).toEqual(['lakeside', 'hillside', 'harbour']);
    expect(await ensure()).toEqual(first);
  });

  it('is not taken for another study: CONFIG_INVALID', async () => {
    await ensure();
    await expect(ensure(DEMO)).rejects.toThrow(differs('study'));
  });

  it('is not silently kept when the dictionary was edited', async () => {
    await ensure();
    await edit<Dictionary>('dictionary.json', ({ variables }) => {
      const [age] = variables;
      if (age?.range) age.range.max = 120;
    });
    await expect(ensure()).rejects.toThrow(differs('dictionary'));
  });

  it.each<[string, string, (content: Description) => void]>([
    ['hospitals', 'order', ({ hospitals }) => hospitals.reverse()],
    ['hospitals', 'policy', ({ hospitals }) => Object.assign(hospitals[0] ?? {}, TIGHTER)],
    ['members', 'role', ({ members }) => Object.assign(members[0] ?? {}, { role: 'custodian' })],
    ['title', 'text', ({ title }) => Object.assign(title, { en: 'Another title' })]
  ])('is not silently kept when %s were edited: %s', async (path, _, change) => {
    await ensure();
    await edit('federation.json', change);
    await expect(ensure()).rejects.toThrow(differs(path));
  });
});
