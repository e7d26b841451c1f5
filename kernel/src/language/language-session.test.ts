import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { StudyView } from '@wardbook/protocol';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Comm } from '../protocol/comms.js';
import { LanguageSession } from './language-session.js';

type Data = Readonly<Record<string, unknown>>;

/** A notebook in a browser, as the kernel sees it. */
class Page {
  readonly heard: Data[] = [];
  readonly comm: Comm;
  constructor(session: LanguageSession) {
    this.comm = new Comm({ id: 'page', target: 'wardbook.language' }, (_, data) =>
      this.heard.push(data)
    );
    session.serve(this.comm);
  }
  async say(data: Data): Promise<void> {
    await this.comm.arrived({ data, metadata: {}, buffers: [], parent: {} as never });
  }
  last(type: string): Data | undefined {
    return this.heard.findLast(data => data['type'] === type);
  }
}

const STUDY = {
  study: { id: 'tiny', title: { en: 'Tiny', fr: 'Petit' } },
  hospitals: [],
  dictionary: {
    variables: [
      {
        name: 'grade',
        type: 'category',
        label: { en: 'Grade', fr: 'Grade' },
        sensitivity: 'ordinary',
        levels: [
          { code: '1', label: { en: 'one', fr: 'un' } },
          { code: '2', label: { en: 'two', fr: 'deux' } }
        ]
      }
    ]
  },
  charter: { hospitals: [] }
} as unknown as StudyView;

describe('language session', () => {
  let folder = '';
  const sessions: LanguageSession[] = [];
  const session = (
    environment: Record<string, string> = {},
    fetchStudy: (id: string) => Promise<StudyView> = () => Promise.reject(new Error('no gateway'))
  ) => {
    const made = new LanguageSession({
      folder,
      live: { members: () => Promise.resolve([]), describe: () => Promise.resolve(null) },
      fetchStudy,
      environment
    });
    sessions.push(made);
    return made;
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-session-'));
  });
  afterEach(async () => {
    for (const made of sessions.splice(0)) await made.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  const problems = (page: Page) =>
    (page.last('problems')?.['problems'] ?? []) as { cell: string; code: number; from: number }[];

  it('tells mode and stale cells to a page that opens, and starts no server for it', async () => {
    const made = session({ WARDBOOK_TYPES_MODE: 'error' });
    const page = new Page(made);
    expect(page.heard).toEqual([
      { type: 'mode', value: 'error' },
      { type: 'stale', cells: [] }
    ]);
    expect(await made.memoryBytes()).toBeNull();
  });

  it('answers a check with the problems of each cell, and again after a run that changes them', async () => {
    const made = session();
    const page = new Page(made);
    const cells = [
      { id: 'a', source: 'let x = 1' },
      { id: 'b', source: 'x.length' }
    ];
    await page.say({ type: 'check', request: 'r1', cells });
    await expect
      .poll(() => page.last('problems'), POLL)
      .toMatchObject({
        request: 'r1',
        checked: ['a', 'b'],
        problems: [{ cell: 'b', from: 2, to: 8, severity: 'error', code: 2339 }]
      });
    made.afterRun({ cell: 'other', count: 1, source: 'let x = "text"' });
    await expect.poll(() => problems(page), POLL).toEqual([]);
  });

  it('checks nothing when the mode is off, and tells every page of a change', async () => {
    const made = session();
    const [page, other] = [new Page(made), new Page(made)];
    await page.say({ type: 'mode', value: 'off' });
    expect(other.last('mode')).toEqual({ type: 'mode', value: 'off' });
    await page.say({ type: 'check', request: 'r', cells: [{ id: 'a', source: 'nowhere' }] });
    await expect
      .poll(() => page.last('problems'), POLL)
      .toMatchObject({ checked: ['a'], problems: [] });
    expect(await made.memoryBytes()).toBeNull();
    await page.say({ type: 'mode', value: 'nonsense' });
    expect(made.mode).toBe('off');
  });

  it('lets every cell run in mode warn, and shows the type errors of one that may not in mode error', async () => {
    const made = session();
    expect(made.beforeRun('const n: number = "text"')).toBeNull();
    const page = new Page(made);
    await page.say({ type: 'mode', value: 'error' });
    const refused = await made.beforeRun('const ok = 1;\nconst n: number = "text"');
    expect(refused?.ename).toBe('TypeCheckError');
    expect(refused?.traceback.join('\n')).toContain(
      "line 2, column 7: Type 'string' is not assignable to type 'number'. (TS2322)\n  2 | const n: number = \"text\"\n    |       ^"
    );
    expect(await made.beforeRun('const n: number = 1')).toBeNull();
  });

  it('fetches a mentioned study once, without making the cell wait, and checks again when it is known', async () => {
    let asked = 0;
    let answer: (view: StudyView) => void = () => undefined;
    const made = session({}, () => {
      asked += 1;
      return new Promise(resolve => (answer = resolve));
    });
    const page = new Page(made);
    const source = "%%federated tiny as n\ncount({ by: 'grad' })";
    await page.say({ type: 'check', request: 'r', cells: [{ id: 'a', source }] });
    await expect.poll(() => page.last('problems'), POLL).toMatchObject({ problems: [] });
    answer(STUDY);
    await expect
      .poll(() => problems(page), POLL)
      .toMatchObject([
        {
          cell: 'a',
          code: 2322,
          message: expect.stringContaining("Did you mean 'grade'?") as string
        }
      ]);
    expect(asked).toBe(1);
  });

  it('finds a package that a cell has just added', async () => {
    const made = session();
    const page = new Page(made);
    const source = "import { width } from 'late-box'; width.toFixed()";
    await page.say({ type: 'check', request: 'r', cells: [{ id: 'a', source }] });
    await expect.poll(() => problems(page).map(({ code }) => code), POLL).toEqual([2307]);
    const box = join(folder, 'node_modules', 'late-box');
    await mkdir(box, { recursive: true });
    await writeFile(join(box, 'package.json'), '{"name":"late-box","types":"box.d.ts"}');
    await writeFile(join(box, 'box.d.ts'), 'export declare const width: number;');
    made.afterRun({ cell: 'b', count: 1, source: '%npm add late-box' });
    await expect.poll(() => problems(page), POLL).toEqual([]);
  });

  it('goes on without types when a study cannot be had or the service is switched off', async () => {
    const made = session();
    await made.complete({ code: '%%federated tiny\ncou', cursor: 19 });
    const off = session({ WARDBOOK_TYPES: 'off' });
    expect(off.beforeRun('nowhere')).toBeNull();
    expect(await off.complete({ code: 'pro', cursor: 3 })).toMatchObject({ matches: [] });
    expect(await off.memoryBytes()).toBeNull();
  });

  it('tells pages which cells are stale, and forgets cells that left the notebook', async () => {
    const made = session({ WARDBOOK_TYPES: 'off' });
    const page = new Page(made);
    for (const [cell, source] of [
      ['a', 'let x = 1'],
      ['b', 'x + 1'],
      ['a', 'let x = 2']
    ] as const)
      made.afterRun({ cell, count: 1, source });
    expect(page.last('stale')).toEqual({ type: 'stale', cells: [{ cell: 'b', because: ['x'] }] });
    await page.say({ type: 'check', request: 'r', cells: [{ id: 'a', source: 'let x = 2' }] });
    made.afterRun({ cell: 'a', count: 2, source: 'let x = 3' });
    expect(page.last('stale')).toEqual({ type: 'stale', cells: [] });
  });
});

const POLL = { timeout: 10_000 };
