import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FederationProcess, LabPage, startBrowser } from '@wardbook/testbed';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const NOTEBOOK = new URL('../../notebooks/01-relapse-risk.ipynb', import.meta.url);
const { cells } = JSON.parse(readFileSync(NOTEBOOK, 'utf8')) as { cells: { cell_type: string }[] };
const CODE_CELLS = cells.filter(({ cell_type: type }) => type === 'code').length;
const POLL = { timeout: 60_000, interval: 100 };

describe.skipIf(process.env['WARDBOOK_NO_BROWSER'] === '1')('types in Chromium', () => {
  let home = '';
  let federation: FederationProcess;
  let browser: Browser;
  const open = async (name: string) => {
    const link = federation.ready.users.find(user => user.name === name)?.url ?? '';
    const lab = await LabPage.open(browser, link);
    // Cells are made one after the other: the last one of a page that is still loading is any cell.
    await lab.page
      .locator('.jp-Notebook .jp-CodeCell')
      .nth(CODE_CELLS - 1)
      .waitFor({ state: 'attached' });
    return lab;
  };
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-types-browser-'));
    federation = await FederationProcess.start({ folder: DEMO, home, lab: true });
    browser = await startBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  /** Adds a code cell at the end and writes into it. */
  async function write(lab: LabPage, text: string): Promise<void> {
    await lab.page.locator('.jp-Notebook .jp-CodeCell').last().locator('.cm-content').click();
    await lab.page.keyboard.press('Escape');
    await lab.page.keyboard.press('b');
    await lab.page.keyboard.press('Enter');
    await lab.page.keyboard.insertText(text);
  }
  const marks = (lab: LabPage) => lab.page.locator('.jp-Notebook .wb-problem');
  const status = (lab: LabPage) => lab.page.locator('.wb-problem-status').textContent();

  it('finds nothing to say about the notebook of the demonstration', async () => {
    const ana = await open('ana');
    await expect.poll(() => status(ana), POLL).toBe('No type problems');
    expect(await marks(ana).count()).toBe(0);
    await ana.page.context().close();
  });

  it('underlines a misspelt variable of a federated cell, for everybody, and clears it when it is mended', async () => {
    const ana = await open('ana');
    const claire = await open('claire');
    const paul = await open('paul');
    await write(
      ana,
      "%%federated breast-relapse as wrong\nkaplanMeier({ event: 'rfs', by: 'grad', mode: 'grid' })"
    );
    for (const lab of [ana, claire, paul]) {
      await expect.poll(() => marks(lab).allTextContents(), POLL).toEqual(["'grad'"]);
      expect(await marks(lab).first().getAttribute('data-message')).toContain(
        "Did you mean 'grade'?"
      );
    }
    await expect.poll(() => status(ana), POLL).toBe('1 type problem');
    await expect.poll(() => status(claire), POLL).toBe('1 problème de type');
    await marks(ana).first().hover();
    await expect
      .poll(() => ana.page.locator('.wb-problem-tooltip').textContent(), POLL)
      .toContain("Did you mean 'grade'?");
    await ana.shot('types');
    const editor = ana.page.locator('.jp-Notebook .jp-CodeCell').last().locator('.cm-content');
    await editor.click();
    await ana.page.keyboard.press('Control+a');
    await ana.page.keyboard.insertText(
      "%%federated breast-relapse as right\nkaplanMeier({ event: 'rfs', by: 'grade', mode: 'grid' })"
    );
    for (const lab of [ana, claire, paul])
      await expect.poll(() => marks(lab).count(), POLL).toBe(0);
    await expect.poll(() => status(ana), POLL).toBe('No type problems');
    expect([...ana.problems, ...claire.problems, ...paul.problems]).toEqual([]);
    await ana.page.context().close();
    await claire.page.context().close();
    await paul.page.context().close();
  });

  it('marks a cell whose input was run again, in words, and does not run it', async () => {
    const ana = await open('ana');
    const run = async (text: string) => {
      await write(ana, text);
      await ana.page.keyboard.press('Control+Enter');
      await expect
        .poll(
          () =>
            ana.page
              .locator('.jp-Notebook .jp-CodeCell')
              .last()
              .locator('.jp-InputPrompt')
              .textContent(),
          POLL
        )
        .toMatch(/^\[\d+\]:$/);
    };
    await run('let base = 1');
    await run('base + 1');
    const badges = ana.page.locator('.wb-stale');
    expect(await badges.count()).toBe(0);
    const reader = ana.page.locator('.jp-Notebook .jp-CodeCell').last();
    const before = await reader.locator('.jp-InputPrompt').textContent();
    await run('base = 5');
    await expect
      .poll(() => badges.allTextContents(), POLL)
      .toEqual(['Out of date: base changed since this cell was run']);
    const stale = ana.page.locator('.jp-Notebook .jp-CodeCell', { has: badges });
    expect(await stale.locator('.jp-InputPrompt').textContent()).toBe(before);
    expect(await stale.locator('.cm-content').textContent()).toBe('base + 1');
    await ana.shot('stale');
    expect(ana.problems).toEqual([]);
    await ana.page.context().close();
  });
});
