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
    await startDebugger(ana);
    await setBreakpoint(ana, 2);
    await run(ana, 0);
    await stopsAt(ana, ['double', 2], ['cell-1.ts', 7]);
    await expect.poll(() => variables(ana), POLL).toContain('gray: 10');
    await shot(ana, 'debugger');
    await expect.poll(() => prompt(ana, 0), POLL).toBe('[*]:');

    await press(ana, 'next');
    await stopsAt(ana, ['double', 3], ['cell-1.ts', 7]);
    await expect.poll(() => variables(ana), POLL).toContain('twice: 20');

    expect((await evaluate(ana, 'twice + total')).trim()).toBe('20');
    await press(ana, 'stepOut');
    await stopsAt(ana, ['cell-1.ts', 6]);
    await evaluate(ana, 'total = 1000');
    await press(ana, 'continue');
    await stopsAt(ana, ['double', 2], ['cell-1.ts', 7]);
    await expect.poll(() => variables(ana), POLL).toContain('gray: 20');

    await press(ana, 'continue');
    for (const lab of [ana, claire]) {
      await expect.poll(() => outputs(lab, 0), POLL).toEqual(['total 1040\n']);
      await expect.poll(() => prompt(lab, 0), POLL).toBe('[1]:');
    }
    await stopsAt(ana);
    await close(ana, claire);
  });

  it('runs to the end without a stop once it is off', async () => {
    const ana = await open('ana');
    await startDebugger(ana);
    await setBreakpoint(ana, 2);
    await bug(ana).click();
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
    await startDebugger(ana);
    await setBreakpoint(ana, 2);
    await run(ana, 0);
    await stopsAt(ana, ['double', 2], ['cell-1.ts', 7]);
    await ana.page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
    await expect
      .poll(async () => (await outputs(ana, 0)).join(), POLL)
      .toContain('the cell was interrupted; variables are kept');
    await stopsAt(ana);
    await run(ana, 1);
    await expect.poll(() => outputs(ana, 1), POLL).toEqual(['1']);
    await close(ana);
  });

  it('is found again by a page that is reloaded, and with its breakpoints after a restart', async () => {
    const ana = await open('ana');
    await startDebugger(ana);
    await setBreakpoint(ana, 2);
    await run(ana, 0);
    await stopsAt(ana, ['double', 2], ['cell-1.ts', 7]);
    await ana.page.reload();
    await stopsAt(ana, ['double', 2], ['cell-1.ts', 7]);
    await press(ana, 'continue');
    await expect.poll(() => variables(ana), POLL).toContain('gray: 20');
    await press(ana, 'continue');
    await expect.poll(() => outputs(ana, 0), POLL).toEqual(['total 60\n']);

    const [before] = await breakpoints(ana);
    await ana.page.locator('.lm-MenuBar-item', { hasText: 'Kernel' }).click();
    await ana.page.locator('.lm-Menu-item[data-command="kernelmenu:restart"]').click();
    await ana.page.locator('.jp-Dialog .jp-mod-accept').click();
    // Cells are kept under another folder by another process.
    await expect.poll(() => breakpoints(ana), POLL).not.toContain(before);
    await expect.poll(() => breakpoints(ana), POLL).toHaveLength(1);
    await run(ana, 0);
    await stopsAt(ana, ['double', 2], ['cell-1.ts', 7]);
    await close(ana);
  });

  it('is not offered to a reader, whose page follows without a complaint', async () => {
    const [ana, paul] = [await open('ana'), await open('paul')];
    await startDebugger(ana);
    await setBreakpoint(ana, 2);
    expect(await bug(paul).getAttribute('aria-disabled')).toBe('true');
    await run(ana, 0);
    await stopsAt(ana, ['double', 2], ['cell-1.ts', 7]);
    await expect.poll(() => prompt(paul, 0), POLL).toBe('[*]:');
    await press(ana, 'terminate');
    await expect.poll(() => outputs(paul, 0), POLL).toEqual(['total 60\n']);
    await close(ana, paul);
  });
});

function cell(lab: LabPage, place: number): Locator {
  return lab.page.locator('.jp-Notebook .jp-CodeCell').nth(place);
}

function bug(lab: LabPage): Locator {
  return lab.page.locator('.jp-DebuggerBugButton').first();
}

/** Presses the bug and waits for the gutter in which breakpoints are set. */
async function startDebugger(lab: LabPage): Promise<void> {
  await expect.poll(() => bug(lab).getAttribute('aria-disabled'), POLL).toBe('false');
  await bug(lab).click();
  await cell(lab, 0).locator('.cm-gutter.cm-breakpoint-gutter').waitFor();
}

/** Clicks into the gutter beside a line of the first cell, counted from one. */
async function setBreakpoint(lab: LabPage, line: number): Promise<void> {
  const gutter = await cell(lab, 0).locator('.cm-gutter.cm-breakpoint-gutter').boundingBox();
  const text = await cell(lab, 0)
    .locator('.cm-line')
    .nth(line - 1)
    .boundingBox();
  if (gutter === null || text === null) throw new Error('the line is not in sight');
  await lab.page.mouse.click(gutter.x + gutter.width / 2, text.y + text.height / 2);
  await expect
    .poll(() => breakpoints(lab), POLL)
    .toEqual([expect.stringMatching(new RegExp(`${line}$`))]);
}

function breakpoints(lab: LabPage): Promise<string[]> {
  return lab.page.locator('.jp-DebuggerBreakpoints .jp-DebuggerBreakpoint').allTextContents();
}

async function run(lab: LabPage, place: number): Promise<void> {
  await cell(lab, place).locator('.cm-content').click();
  await lab.page.keyboard.press('Control+Enter');
}

/** Waits until the panel shows these frames: names and lines. */
async function stopsAt(lab: LabPage, ...frames: readonly (readonly [string, number])[]) {
  const shown = async () => {
    const texts = await lab.page.locator('.jp-DebuggerCallstackFrame').allInnerTexts();
    return texts.map(text => /^(\S+)\s.*:(\d+)\s*$/s.exec(text)?.slice(1).join(':') ?? text);
  };
  await expect.poll(shown, POLL).toEqual(frames.map(frame => frame.join(':')));
}

/** Names and values as the tree shows them. */
function variables(lab: LabPage): Promise<string[]> {
  return lab.page
    .locator('.jp-DebuggerVariables-body .jp-TreeItem')
    .evaluateAll(items =>
      items.map(item => [...item.children].map(part => part.textContent).join(': '))
    );
}

async function press(lab: LabPage, command: string): Promise<void> {
  await lab.page.locator(`.jp-DebuggerSidebar [data-command="debugger:${command}"]`).click();
}

/** Evaluates in the debugger's console, where the cell stands; the text of the answer. */
async function evaluate(lab: LabPage, code: string): Promise<string> {
  await press(lab, 'evaluate');
  const console = lab.page.locator('.jp-DebugConsole');
  await console.locator('.jp-CodeConsole-promptCell .cm-content').click();
  await lab.page.keyboard.insertText(code);
  await lab.page.keyboard.press('Shift+Enter');
  const answer = console.locator('.jp-CodeConsole-content .jp-OutputArea-output');
  await answer.first().waitFor();
  const text = await answer.first().textContent();
  await press(lab, 'evaluate');
  await console.waitFor({ state: 'detached' });
  return text ?? '';
}

async function prompt(lab: LabPage, place: number): Promise<string | null> {
  return cell(lab, place).locator('.jp-InputPrompt').textContent();
}

function outputs(lab: LabPage, place: number): Promise<string[]> {
  return cell(lab, place).locator('.jp-OutputArea-output').allTextContents();
}

async function shot(lab: LabPage, name: string): Promise<void> {
  const folder = process.env['WARDBOOK_SCREENSHOTS'];
  if (folder !== undefined) await lab.page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Ends the pages; none of them may have complained. */
async function close(...labs: readonly LabPage[]): Promise<void> {
  for (const lab of labs) expect(lab.problems).toEqual([]);
  for (const lab of labs) await lab.page.context().close();
}
