import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FederationProcess, LabClient, LabPage, startBrowser, type Room } from '@wardbook/testbed';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const RUN_ALL_MS = 20_000;

describe.skipIf(process.env['WARDBOOK_NO_BROWSER'] === '1')('notebook in Chromium', () => {
  let home = '';
  let federation: FederationProcess;
  let browser: Browser;
  const userOf = (name: string) => federation.ready.users.find(user => user.name === name);
  const open = (name: string, path?: string) =>
    LabPage.open(browser, userOf(name)?.url ?? '', path);
  /** A notebook of one cell, written by Ana; its document. */
  const createNotebook = async (path: string, source: string) => {
    const ana = new LabClient(federation.ready.url ?? '', userOf('ana')?.token ?? '');
    const cell = { id: 'one', cell_type: 'code', source, outputs: [], execution_count: null };
    const cells = [{ ...cell, metadata: {} }];
    const content = { nbformat: 4, nbformat_minor: 5, metadata: KERNELSPEC, cells };
    await ana.call('PUT', `api/contents/${path}`, { type: 'notebook', content });
    const info = await ana.open(path);
    const room = await ana.join(info);
    const run = () =>
      ana.call('POST', 'wardbook/execute', { document: info.document, cells: ['one'] });
    return { ana, room, run };
  };
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-browser-'));
    federation = await FederationProcess.start({ folder: DEMO, home, lab: true });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('shows the flagship notebook; Run All ends without an error output', async () => {
    const ana = await open('ana');
    const claire = await open('claire');
    const elapsedMs = await ana.runAll();
    expect(await ana.errors()).toEqual([]);
    await expect.poll(() => ana.page.locator('.wb-result').count(), POLL).toBe(7);
    // The other person sees the same results, in her language.
    await expect.poll(() => claire.page.locator('.wb-result').count(), POLL).toBe(7);
    await expect
      .poll(() => claire.page.locator('.wb-result-lead').first().textContent(), POLL)
      .toMatch(/^2\s982 patients dans 3 hôpitaux sur 3/u);
    expect(await ana.page.locator('.wb-result-lead').first().textContent()).toBe(
      '2,982 patients at 3 of 3 hospitals fit the question.'
    );
    expect(await claire.page.locator('.lm-MenuBar-item').first().textContent()).toMatch(
      /Fichier|File/
    );
    expect([...ana.problems, ...claire.problems]).toEqual([]);
    expect(elapsedMs).toBeLessThan(RUN_ALL_MS);
    await ana.page.context().close();
    await claire.page.context().close();
  });

  it('shows what one types to the other', async () => {
    const ana = await open('ana');
    const claire = await open('claire');
    const cell = (page: LabPage) =>
      page.page.locator('.jp-Notebook .jp-CodeCell').first().locator('.cm-content');
    await cell(ana).click();
    await ana.page.keyboard.press('Control+End');
    await ana.page.keyboard.type('\n// typed by Ana');
    await expect.poll(() => cell(claire).textContent(), POLL).toContain('// typed by Ana');
    await expect.poll(() => claire.page.locator('.wb-person').count(), POLL).toBeGreaterThan(0);
    await ana.page.keyboard.press('Control+z');
    await ana.page.context().close();
    await claire.page.context().close();
  });

  it('says that it is offline when the network is gone, and sends all when it is back', async () => {
    const path = 'offline.ipynb';
    const { room } = await createNotebook(path, '1');
    const claire = await open('claire', path);
    await claire.page.context().setOffline(true);
    await claire.page.locator('.jp-Notebook .cm-content').first().click();
    await claire.page.keyboard.press('Control+End');
    await claire.page.keyboard.type('\n// hors ligne');
    const saved = claire.page.locator('.wb-saved');
    await expect.poll(() => saved.textContent(), { timeout: 8_000 }).toMatch(/^Hors ligne/);
    expect(JSON.stringify(room.cells())).not.toContain('hors ligne');
    await claire.page.context().setOffline(false);
    await room.until(seen => JSON.stringify(seen.cells()).includes('hors ligne'));
    await expect.poll(() => saved.textContent(), POLL).toBe('Enregistré');
    await claire.page.context().close();
  });

  it('keeps a display that is updated in its place, on both pages', async () => {
    const path = 'order.ipynb';
    const { ana: client, room, run } = await createNotebook(path, UPDATED_DISPLAY);
    const [ana, claire] = [await open('ana', path), await open('claire', path)];
    await run();
    await room.until(ended);
    for (const { page } of [ana, claire])
      await expect
        .poll(async () => {
          const texts = await page.locator('.jp-Notebook .jp-OutputArea-output').allTextContents();
          return texts.map(text => text.trim());
        }, POLL)
        .toEqual([
          'first',
          'shown, updated',
          'second',
          'shown too, updated',
          'third',
          "'the value'"
        ]);
    const file = (await client.call('GET', `api/contents/${path}`)) as {
      content: { cells: { outputs: { text?: string; data?: { 'text/plain': string } }[] }[] };
    };
    expect(
      file.content.cells[0]?.outputs.map(({ text, data }) => (text ?? data?.['text/plain'])?.trim())
    ).toEqual(['first', 'shown, updated', 'second', 'shown too, updated', 'third', "'the value'"]);
    expect([...ana.problems, ...claire.problems]).toEqual([]);
    await ana.page.context().close();
    await claire.page.context().close();
  });

  it('lets the person who asked cancel a run that waits, and nobody else: RUN_CANCELLED', async () => {
    const path = 'cancel.ipynb';
    // Not asked by another test: a stored result would be there at once.
    const source = '%%federated breast-relapse as c\ncount({})';
    const { room, run } = await createNotebook(path, source);
    const [ana, claire] = [await open('ana', path), await open('claire', path)];
    const hospital = federation.pid(`hospital:${federation.ready.hospitals[0] ?? ''}`);
    process.kill(hospital, 'SIGSTOP');
    try {
      await run();
      await room.until(seen => JSON.stringify(seen.cells()).includes('"run"'));
      const cancel = ({ page }: LabPage) => page.locator('.wb-cancel:not([hidden])');
      await expect.poll(() => cancel(ana).count(), POLL).toBe(1);
      expect(await cancel(claire).count()).toBe(0);
      const progress = ({ page }: LabPage) => page.locator('.wb-progress').textContent();
      expect(await progress(ana)).toMatch(/^Round 1.*North Hospital: computing/s);
      expect(await progress(claire)).toMatch(/^Tour 1.*Hôpital Nord\u00a0: calcule/s);
      await cancel(ana).click();
      await expect
        .poll(() => claire.page.locator('.jp-Notebook .jp-OutputArea').textContent(), POLL)
        .toContain('RUN_CANCELLED');
      // Each in the language of the person.
      const error = ({ page }: LabPage) => page.locator('.wb-error-lead').textContent();
      expect(await error(ana)).toBe('The run was cancelled.');
      expect(await error(claire)).toBe('L’exécution a été annulée.');
      await expect.poll(() => cancel(ana).count(), POLL).toBe(0);
    } finally {
      process.kill(hospital, 'SIGCONT');
    }
    await ana.page.context().close();
    await claire.page.context().close();
  });

  it('shows a figure whole and the numbers of a table on a narrow page', async () => {
    const path = 'narrow.ipynb';
    const { room, run } = await createNotebook(path, SURVIVAL);
    const claire = await open('claire', path);
    await claire.page.setViewportSize({ width: 1000, height: 800 });
    await claire.page.locator('.lm-TabBar-tab[data-id="wardbook-federation"]').click();
    await run();
    await room.until(ended);
    const plot = claire.page.locator('.wb-result-plot');
    await expect.poll(() => plot.locator('svg').count(), POLL).toBeGreaterThan(0);
    const seen = await claire.page.evaluate(() => {
      const box = (selector: string) =>
        document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
      return {
        room: box('.wb-result').right,
        figure: box('.wb-result-plot svg').right,
        table: box('.wb-result-scroll').right,
        number: box('.wb-result-table tbody td').right,
        ink: [...document.querySelectorAll('.wb-result-plot svg text')].map(
          text => getComputedStyle(text).fill
        ),
        words: getComputedStyle(document.querySelector('.wb-result') ?? document.body).color
      };
    });
    expect(seen.figure).toBeGreaterThan(0);
    expect(seen.figure).toBeLessThanOrEqual(seen.room);
    expect(seen.number).toBeGreaterThan(0);
    expect(seen.number).toBeLessThanOrEqual(seen.table);
    expect(new Set(seen.ink)).toEqual(new Set([seen.words]));
    // A screen reader hears the sentence in her language, not Vega's names of axes.
    expect(await plot.first().getAttribute('aria-label')).toMatch(/patients/);
    expect(await plot.locator(':scope > [aria-hidden="true"] svg').count()).toBe(1);
    if (process.env['WARDBOOK_SCREENSHOTS'] !== undefined) {
      await plot.first().scrollIntoViewIfNeeded();
      await claire.shot('narrow-fr');
    }
    expect(await claire.end()).toEqual([]);
  });

  it('previews what would leave, and sends nothing for it', async () => {
    const ana = await open('ana');
    await ana.page.locator('.wb-header:not([hidden]) .wb-preview-open').first().click();
    const dialog = ana.page.locator('.jp-Dialog');
    await expect.poll(() => dialog.textContent(), POLL).toContain('only inside a masked sum');
    expect(await dialog.textContent()).toContain('Nothing has been sent yet');
    await ana.page.keyboard.press('Escape');
    const focused = () => ana.page.evaluate(() => document.activeElement?.className);
    await expect.poll(focused, POLL).toContain('wb-preview-open');
    await ana.page.context().close();
  });

  it('previews why a plan is certain to be refused, in the language of the person', async () => {
    const claire = await open('claire');
    const cell = claire.page
      .locator('.jp-Notebook .jp-CodeCell', {
        has: claire.page.locator('.wb-header:not([hidden])')
      })
      .first();
    await cell.locator('.cm-content').click();
    const written = await cell.locator('.cm-content').textContent();
    await claire.page.keyboard.press('Control+End');
    await claire.page.keyboard.insertText("\ncount({ by: 'grad' })");
    await cell.locator('.wb-preview-open').click();
    const problems = claire.page.locator('.jp-Dialog .wb-preview-problems');
    await expect.poll(() => problems.textContent(), POLL).toContain('PLAN_UNKNOWN_VARIABLE');
    expect(await problems.textContent()).toContain('Cette demande sera refusée');
    expect(await claire.page.locator('.jp-Dialog .wb-preview-lead').count()).toBe(0);
    await claire.page.locator('.jp-Dialog .jp-mod-accept').click();
    await cell.locator('.cm-content').click();
    await claire.page.keyboard.press('Control+z');
    await expect.poll(() => cell.locator('.cm-content').textContent(), POLL).toBe(written);
    await claire.page.context().close();
  });

  it('lets a reader read', async () => {
    const paul = await open('paul');
    const ana = await open('ana');
    const editor = paul.page.locator('.jp-Notebook .jp-CodeCell .cm-content').first();
    const before = await editor.textContent();
    await editor.click();
    await paul.page.keyboard.type('FORGED');
    expect(await editor.textContent()).toBe(before);
    expect(await paul.page.locator('.wb-saved').textContent()).toMatch(/Lecture seule|Read only/);
    // What others change, and the lab has on its disk, is marked as unsaved on nobody's page.
    // (A cell has the same class when it was changed since it was run.)
    await ana.page.locator('.jp-Notebook .jp-CodeCell .cm-content').first().click();
    await ana.page.keyboard.press('Control+End');
    await ana.page.keyboard.type('\n// read by Paul');
    await expect.poll(() => editor.textContent(), POLL).toContain('// read by Paul');
    await ana.page.waitForSelector('.wb-saved[data-state="saved"]');
    for (const { page } of [ana, paul])
      await expect.poll(() => page.locator('.lm-TabBar-tab.jp-mod-dirty').count(), POLL).toBe(0);
    // So closing the notebook asks nothing.
    await ana.page.locator('.lm-DockPanel-tabBar .lm-mod-current .lm-TabBar-tabCloseIcon').click();
    await expect.poll(() => ana.page.locator('.jp-NotebookPanel').count(), POLL).toBe(0);
    await paul.page.context().close();
    await ana.page.context().close();
  });

  it('tells a reader once that they may not run or change it: AUTH_NOT_ALLOWED', async () => {
    const path = 'reader.ipynb';
    await createNotebook(path, '1 + 1');
    const paul = await open('paul', path);
    const { page } = paul;
    const cells = page.locator('.jp-Notebook .jp-Cell');
    const toasts = page.locator('.Toastify__toast');
    const count = await cells.count();
    const first = page.locator('.jp-Notebook .jp-CodeCell').first();
    await first.locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    await expect
      .poll(() => toasts.allTextContents(), POLL)
      .toEqual([expect.stringMatching(/Your role does not allow|Votre rôle ne le permet/)]);
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.press('Escape');
    for (const key of ['b', 'a', 'd', 'd', '0', '0']) await page.keyboard.press(key);
    for (const name of ['restart', 'run', 'insert', 'cut'])
      await expect
        .poll(
          () =>
            page
              .locator(`.jp-NotebookPanel-toolbar [data-jp-item-name="${name}"] jp-button`)
              .getAttribute('aria-disabled'),
          { ...POLL, message: name }
        )
        .toBe('true');
    expect(await page.locator('.jp-Dialog').count()).toBe(0);
    expect(await toasts.count()).toBe(1);
    expect(await cells.count()).toBe(count);
    expect(await paul.end()).toEqual([]);
  });

  it('shows the federation panel', async () => {
    const ana = await open('ana');
    await ana.page.locator('.lm-TabBar-tab[data-id="wardbook-federation"]').click();
    await expect
      .poll(() => ana.page.locator('.wb-panel').textContent(), POLL)
      .toContain('4 of 4 hospitals connected');
    if (process.env['WARDBOOK_SCREENSHOTS'] !== undefined)
      await screenshots(ana, await open('claire'));
    await ana.page.context().close();
  });
});

function ended(room: Room): boolean {
  const mark = room.doc.getMap<{ state: string }>('executions').get('one');
  return mark?.state === 'done' || mark?.state === 'failed';
}

const KERNELSPEC = {
  kernelspec: {
    display_name: 'TypeScript (Wardbook)',
    language: 'typescript',
    name: 'wardbook-typescript'
  }
};

const UPDATED_DISPLAY = `
console.log('first');
const a = await display(html('shown'));
console.log('second');
const b = await display(html('shown too'));
console.log('third');
await new Promise(resolve => setTimeout(resolve, 300));
await updateDisplay(html('shown, updated'), a);
await updateDisplay(html('shown too, updated'), b);
'the value'
`;

const SURVIVAL = `%%federated breast-relapse as km
kaplanMeier({ event: 'rfs', by: 'size', mode: 'grid' })`;

const POLL = { timeout: 20_000 };

/** The images of the documents: WARDBOOK_SCREENSHOTS=docs/images makes them again. */
async function screenshots(ana: LabPage, claire: LabPage): Promise<void> {
  for (const [lab, name] of [
    [ana, 'notebook-en'],
    [claire, 'notebook-fr']
  ] as const) {
    await lab.page.locator('.jp-Notebook .wb-result').nth(2).scrollIntoViewIfNeeded();
    await lab.page.waitForTimeout(1_500);
    await lab.shot(name);
  }
}
