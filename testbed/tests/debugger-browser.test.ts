import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DebuggerPanel,
  FederationProcess,
  LabClient,
  LabPage,
  codeCell,
  notebookFile,
  startBrowser
} from '@wardbook/testbed';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const POLL = { timeout: 60_000, interval: 100 };

const TOTAL = `function double(gray: number): number {
  const twice = gray * 2;
  return twice;
}
let total = 0;
for (const dose of [10, 20]) {
  total += double(dose);
}
console.log(\`total \${total}\`);`;

describe.skipIf(process.env['WARDBOOK_NO_BROWSER'] === '1')('the debugger in Chromium', () => {
  let home = '';
  let federation: FederationProcess;
  let browser: Browser;
  let path = '';
  let notebooks = 0;
  const userOf = (name: string) => federation.ready.users.find(user => user.name === name);
  const open = (name: string) => LabPage.open(browser, userOf(name)?.url ?? '', path);
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-debugger-browser-'));
    federation = await FederationProcess.start({ folder: DEMO, home, lab: true });
    browser = await startBrowser();
  }, 120_000);
  beforeEach(async () => {
    path = `debugger-${(notebooks += 1)}.ipynb`;
    const ana = new LabClient(federation.ready.url ?? '', userOf('ana')?.token ?? '');
    const content = notebookFile([codeCell('total', TOTAL), codeCell('next', 'total + 1')]);
    await ana.call('PUT', `api/contents/${path}`, { type: 'notebook', content });
  });
  afterAll(async () => {
    await browser?.close();
    await federation?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('stops a cell that the lab runs, shows frames and values, steps, evaluates and goes on', async () => {
    const [ana, claire] = [await open('ana'), await open('claire')];
    const panel = new DebuggerPanel(ana.page);
    await panel.start();
    await panel.setBreakpoint(2);
    await run(ana, 0);
    await stopsAt(panel, 'double:2', 'cell-1.ts:7');
    await holds(panel, 'gray: 10');
    await ana.shot('debugger');
    await expect.poll(() => prompt(ana, 0), POLL).toBe('[*]:');

    await panel.press('next');
    await stopsAt(panel, 'double:3', 'cell-1.ts:7');
    await holds(panel, 'twice: 20');

    expect(await panel.evaluate('twice + total')).toBe('20');
    await panel.press('stepOut');
    await stopsAt(panel, 'cell-1.ts:6');
    await panel.evaluate('total = 1000');
    await panel.press('continue');
    await stopsAt(panel, 'double:2', 'cell-1.ts:7');
    await holds(panel, 'gray: 20');

    await panel.press('continue');
    for (const lab of [ana, claire]) {
      await expect.poll(() => outputs(lab, 0), POLL).toEqual(['total 1040\n']);
      await expect.poll(() => prompt(lab, 0), POLL).toBe('[1]:');
    }
    await stopsAt(panel);
    await close(ana, claire);
  });

  it('runs to the end without a stop once it is off', async () => {
    const ana = await open('ana');
    const panel = new DebuggerPanel(ana.page);
    await panel.start();
    await panel.setBreakpoint(2);
    await panel.bug.click();
    await ana.page
      .locator('.jp-Notebook .cm-breakpoint-icon')
      .first()
      .waitFor({ state: 'detached' });
    await run(ana, 0);
    await expect.poll(() => outputs(ana, 0), POLL).toEqual(['total 60\n']);
    await close(ana);
  });

  it('ends a stopped cell by Interrupt, and the next cell runs', async () => {
    const ana = await open('ana');
    const panel = new DebuggerPanel(ana.page);
    await panel.start();
    await panel.setBreakpoint(2);
    await run(ana, 0);
    await stopsAt(panel, 'double:2', 'cell-1.ts:7');
    await ana.page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
    await expect
      .poll(async () => (await outputs(ana, 0)).join(), POLL)
      .toContain('the cell was interrupted; variables are kept');
    await stopsAt(panel);
    await run(ana, 1);
    await expect.poll(() => outputs(ana, 1), POLL).toEqual(['1']);
    await close(ana);
  });

  it('is found again by a page that is reloaded, and with its breakpoints after a restart', async () => {
    const ana = await open('ana');
    const panel = new DebuggerPanel(ana.page);
    await panel.start();
    await panel.setBreakpoint(2);
    await run(ana, 0);
    await stopsAt(panel, 'double:2', 'cell-1.ts:7');
    await ana.page.reload();
    await stopsAt(panel, 'double:2', 'cell-1.ts:7');
    await panel.press('continue');
    await holds(panel, 'gray: 20');
    await panel.press('continue');
    await expect.poll(() => outputs(ana, 0), POLL).toEqual(['total 60\n']);

    const [before] = await panel.breakpoints();
    await ana.page.locator('.lm-MenuBar-item', { hasText: 'Kernel' }).click();
    await ana.page.locator('.lm-Menu-item[data-command="kernelmenu:restart"]').click();
    await ana.page.locator('.jp-Dialog .jp-mod-accept').click();
    // Cells are kept under another folder by another process.
    await expect.poll(() => panel.breakpoints(), POLL).not.toContain(before);
    await expect.poll(() => panel.breakpoints(), POLL).toHaveLength(1);
    await run(ana, 0);
    await stopsAt(panel, 'double:2', 'cell-1.ts:7');
    await close(ana);
  });

  it('is not offered to a reader, whose page follows without a complaint', async () => {
    const [ana, paul] = [await open('ana'), await open('paul')];
    const panel = new DebuggerPanel(ana.page);
    await panel.start();
    await panel.setBreakpoint(2);
    expect(await new DebuggerPanel(paul.page).bug.getAttribute('aria-disabled')).toBe('true');
    await run(ana, 0);
    await stopsAt(panel, 'double:2', 'cell-1.ts:7');
    await expect.poll(() => prompt(paul, 0), POLL).toBe('[*]:');
    await panel.press('terminate');
    await expect.poll(() => outputs(paul, 0), POLL).toEqual(['total 60\n']);
    await close(ana, paul);
  });
});

function cell(lab: LabPage, place: number): Locator {
  return lab.page.locator('.jp-Notebook .jp-CodeCell').nth(place);
}

async function run(lab: LabPage, place: number): Promise<void> {
  await cell(lab, place).locator('.cm-content').click();
  await lab.page.keyboard.press('Control+Enter');
}

/** Waits until the panel shows these frames, and no others. */
async function stopsAt(panel: DebuggerPanel, ...frames: readonly string[]): Promise<void> {
  await expect.poll(() => panel.frames(), POLL).toEqual(frames);
}

/**
 * Waits until the frame has this variable. What JupyterLab asks about all names when a cell begins may be answered after
 * the frame's variables and take their place: then a person selects the frame.
 */
async function holds(panel: DebuggerPanel, variable: string): Promise<void> {
  const shown = async () => {
    const variables = await panel.variables();
    if (!variables.includes(variable)) await panel.selectFrame().catch(() => undefined);
    return variables;
  };
  await expect.poll(shown, { ...POLL, interval: 500 }).toContain(variable);
}

async function prompt(lab: LabPage, place: number): Promise<string | null> {
  return cell(lab, place).locator('.jp-InputPrompt').textContent();
}

function outputs(lab: LabPage, place: number): Promise<string[]> {
  return cell(lab, place).locator('.jp-OutputArea-output').allTextContents();
}

/** Ends the pages; none of them may have complained. */
async function close(...labs: readonly LabPage[]): Promise<void> {
  for (const lab of labs) expect(await lab.end()).toEqual([]);
}
