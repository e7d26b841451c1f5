import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  FederationProcess,
  LabClient,
  LabPage,
  codeCell,
  notebookFile,
  startBrowser,
  type NotebookFile
} from '@wardbook/testbed';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHOOSE, COUNTER, DOSE } from './widget-cells.js';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const POLL = { timeout: 60_000, interval: 100 };

describe.skipIf(process.env['WARDBOOK_NO_BROWSER'] === '1')('widgets in Chromium', () => {
  let home = '';
  let federation: FederationProcess;
  let browser: Browser;
  let path = '';
  let notebooks = 0;
  const userOf = (name: string) => federation.ready.users.find(user => user.name === name);
  const open = (name: string) => LabPage.open(browser, userOf(name)?.url ?? '', path);
  const write = async (file: NotebookFile) => {
    const ana = new LabClient(federation.ready.url ?? '', userOf('ana')?.token ?? '');
    await ana.call('PUT', `api/contents/${path}`, { type: 'notebook', content: file });
  };
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-widgets-browser-'));
    federation = await FederationProcess.start({ folder: DEMO, home, lab: true });
    browser = await startBrowser();
  }, 120_000);
  beforeEach(() => {
    path = `widgets-${(notebooks += 1)}.ipynb`;
  });
  afterAll(async () => {
    await browser?.close();
    await federation?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('follow keyboard and mouse on every page, and a reload of it', async () => {
    await write(notebookFile([codeCell('dose', DOSE)]));
    const [ana, claire] = [await open('ana'), await open('claire')];
    await run(ana, 0);
    for (const lab of [ana, claire]) await shows(lab, '20', '20 Gy in 10 fractions');

    await handle(ana).focus();
    await ana.page.keyboard.press('ArrowRight');
    for (const lab of [ana, claire]) await shows(lab, '21', '21 Gy in 10.5 fractions');

    await drag(claire, handle(claire), 60);
    // The page of who drags shows the end of it at once.
    const value = Number(await claire.page.locator('.widget-readout').textContent());
    expect(value).toBeGreaterThan(30);
    for (const lab of [ana, claire])
      await shows(lab, String(value), `${value} Gy in ${value / 2} fractions`);

    await ana.page.reload();
    await shows(ana, String(value), `${value} Gy in ${value / 2} fractions`);
    await handle(ana).focus();
    await ana.page.keyboard.press('ArrowLeft');
    for (const lab of [ana, claire])
      await shows(lab, String(value - 1), `${value - 1} Gy in ${(value - 1) / 2} fractions`);
    await ana.shot('widgets');
    await close(ana, claire);
  });

  it('work while a cell waits for one of them', async () => {
    await write(notebookFile([codeCell('dose', DOSE), codeCell('choose', CHOOSE)]));
    const ana = await open('ana');
    await run(ana, 0);
    await shows(ana, '20', '20 Gy in 10 fractions');
    await press(ana, 1);
    const prompt = cell(ana, 1).locator('.jp-InputPrompt');
    await expect.poll(() => prompt.textContent(), POLL).toBe('[*]:');

    const bar = ana.page.locator('.widget-hprogress .progress-bar');
    const seen = await bar.evaluateHandle(node => {
      const widths: string[] = [];
      new MutationObserver(() => widths.push((node as HTMLElement).style.width)).observe(node, {
        attributes: true
      });
      return widths;
    });
    await ana.page.locator('.jupyter-button', { hasText: 'Go' }).click();
    await expect.poll(() => bar.evaluate(node => node.style.width), POLL).toBe('100%');
    const widths = await seen.jsonValue();
    expect(widths).toContain('50%');
    expect(new Set(widths).size).toBeGreaterThan(5);
    expect(await prompt.textContent()).toBe('[*]:');

    await handle(ana).focus();
    await ana.page.keyboard.press('ArrowRight');
    await expect
      .poll(() => cell(ana, 1).locator('.jp-OutputArea-output').allTextContents(), POLL)
      .toEqual(['chosen: 21 Gy\n']);
    await expect.poll(() => prompt.textContent(), POLL).toMatch(/^\[\d+\]:$/);
    await close(ana);
  });

  it('of one’s own run their module, wear their style and send back', async () => {
    await write(notebookFile([codeCell('counter', COUNTER)]));
    const [ana, claire] = [await open('ana'), await open('claire')];
    await run(ana, 0);
    const counter = (lab: LabPage) => lab.page.locator('.jp-Notebook button.counter');
    for (const lab of [ana, claire])
      await expect.poll(() => counter(lab).textContent(), POLL).toBe('count 3');
    expect(await counter(ana).evaluate(node => getComputedStyle(node).color)).toBe('rgb(1, 2, 3)');

    await counter(ana).click();
    await counter(claire).click();
    for (const lab of [ana, claire]) {
      await expect.poll(() => counter(lab).textContent(), POLL).toBe('count 5');
      await expect.poll(() => labels(lab), POLL).toEqual(['twice: 10']);
    }
    await claire.page.reload();
    await expect.poll(() => counter(claire).textContent(), POLL).toBe('count 5');
    await claire.shot('anywidget');
    await close(ana, claire);
  });

  it('show a reader what others do, and let them change nothing', async () => {
    await write(notebookFile([codeCell('dose', DOSE)]));
    const ana = await open('ana');
    await run(ana, 0);
    await shows(ana, '20', '20 Gy in 10 fractions');
    const paul = await open('paul');
    await shows(paul, '20', '20 Gy in 10 fractions');
    const view = paul.page.locator('.wb-widget-locked');
    expect(await view.getAttribute('title')).toContain('Seules les personnes');
    await drag(paul, handle(paul), 60);
    await handle(paul).focus();
    await paul.page.keyboard.press('ArrowRight');
    expect(await view.locator('.widget-readout').textContent()).toBe('20');

    await handle(ana).focus();
    await ana.page.keyboard.press('ArrowRight');
    await shows(paul, '21', '21 Gy in 10.5 fractions');
    await paul.shot('widgets-reader');
    await close(ana, paul);
  });

  it('look dead when their kernel is restarted, say so after a reload, and come back with their cell', async () => {
    await write(notebookFile([codeCell('dose', DOSE)]));
    const [ana, claire, paul] = [await open('ana'), await open('claire'), await open('paul')];
    await run(ana, 0);
    await handle(ana).focus();
    await ana.page.keyboard.press('ArrowRight');
    for (const lab of [ana, claire, paul]) await shows(lab, '21', '21 Gy in 10.5 fractions');

    await ana.page.locator('.lm-MenuBar-item', { hasText: 'Kernel' }).click();
    await ana.page.locator('.lm-Menu-item[data-command="kernelmenu:restart"]').click();
    await ana.page.locator('.jp-Dialog .jp-mod-accept').click();
    for (const lab of [ana, claire, paul])
      await lab.page.locator('.jupyter-widgets-disconnected').first().waitFor();
    await expect
      .poll(() => claire.page.locator('.jp-toastContainer').allTextContents(), POLL)
      .toEqual([expect.stringContaining('a redémarré le noyau')]);
    await claire.shot('widgets-dead');
    await claire.page.reload();
    await expect
      .poll(() => claire.page.locator('.wb-widget-gone').textContent(), POLL)
      .toBe('Ce widget a pris fin avec son noyau. Exécutez la cellule pour le recréer.');
    for (const lab of [ana, claire, paul])
      expect(await lab.page.locator('.jp-Dialog').count()).toBe(0);

    await press(ana, 0);
    for (const lab of [ana, claire, paul]) await shows(lab, '20', '20 Gy in 10 fractions');
    await close(ana, claire, paul);
  });

  it('are never made from a file: its author’s module does not run', async () => {
    const view = { version_major: 2, version_minor: 0, model_id: 'planted' };
    const output = {
      output_type: 'display_data',
      metadata: {},
      data: { 'application/vnd.jupyter.widget-view+json': view, 'text/plain': 'planted' }
    };
    await write(notebookFile([codeCell('planted', '1', [output])], { widgets: PLANTED }));
    const ana = await open('ana');
    await expect
      .poll(() => ana.page.locator('.wb-widget-gone').textContent(), POLL)
      .toContain('This widget ended with its kernel.');
    expect(await ana.page.evaluate(() => 'planted' in globalThis)).toBe(false);
    await close(ana);
  });
});

const PLANTED_STATE = {
  _model_module: 'anywidget',
  _model_module_version: '*',
  _model_name: 'AnyModel',
  _view_module: 'anywidget',
  _view_module_version: '*',
  _view_name: 'AnyView',
  _anywidget_id: 'planted',
  _css: '',
  _esm: 'globalThis.planted = true; export default { render() {} };'
};

/** What JupyterLab writes into a file when it saves the state of widgets. */
const PLANTED = {
  'application/vnd.jupyter.widget-state+json': {
    version_major: 2,
    version_minor: 0,
    state: {
      planted: {
        model_module: 'anywidget',
        model_module_version: '*',
        model_name: 'AnyModel',
        state: PLANTED_STATE
      }
    }
  }
};

function cell(lab: LabPage, place: number): Locator {
  return lab.page.locator('.jp-Notebook .jp-CodeCell').nth(place);
}

/** Runs a cell by its keyboard shortcut. */
async function press(lab: LabPage, place: number): Promise<void> {
  await cell(lab, place).locator('.cm-content').click();
  await lab.page.keyboard.press('Control+Enter');
}

/** Runs a cell that has not run, and waits for its end. */
async function run(lab: LabPage, place: number): Promise<void> {
  const prompt = cell(lab, place).locator('.jp-InputPrompt');
  expect(await prompt.textContent()).toBe('[ ]:');
  await press(lab, place);
  await expect.poll(() => prompt.textContent(), POLL).toMatch(/^\[\d+\]:$/);
}

function handle(lab: LabPage): Locator {
  return lab.page.locator('.jp-Notebook .noUi-handle').first();
}

function labels(lab: LabPage): Promise<string[]> {
  return lab.page
    .locator('.jp-Notebook .widget-label:not(.widget-inline-hbox *)')
    .allTextContents();
}

/** Waits until the slider's number and the label that follows it are these. */
async function shows(lab: LabPage, readout: string, text: string): Promise<void> {
  await expect
    .poll(() => lab.page.locator('.jp-Notebook .widget-readout').allTextContents(), POLL)
    .toEqual([readout]);
  await expect.poll(() => labels(lab), POLL).toEqual([text]);
}

async function drag(lab: LabPage, from: Locator, pixels: number): Promise<void> {
  const box = await from.boundingBox();
  if (box === null) throw new Error('nothing to drag');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await lab.page.mouse.move(x, y);
  await lab.page.mouse.down();
  await lab.page.mouse.move(x + pixels, y, { steps: 6 });
  await lab.page.mouse.up();
}

/** Ends the pages; none of them may have complained. */
async function close(...labs: readonly LabPage[]): Promise<void> {
  for (const lab of labs) expect(await lab.end()).toEqual([]);
}
