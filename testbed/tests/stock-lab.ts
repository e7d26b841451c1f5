import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';

/** Interpreter of a stock JupyterLab; '' when there is none and the tests are skipped. */
export const PYTHON = process.env['WARDBOOK_STOCK_PYTHON'] ?? '';

/** Starts JupyterLab on a free port and waits for its address. */
export async function startLab(
  env: NodeJS.ProcessEnv,
  folder: string
): Promise<{ readonly child: ChildProcess; readonly url: string; log(): string }> {
  const flags = ['--no-browser', '--ServerApp.token=stock', '--ServerApp.ip=127.0.0.1', '--port=0'];
  if (process.getuid?.() === 0) flags.push('--allow-root');
  const child = spawn(PYTHON, ['-m', 'jupyter', 'lab', ...flags], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe']
  });
  const said: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(said.join('\n'))), 90_000);
    if (child.stderr)
      createInterface({ input: child.stderr }).on('line', line => {
        said.push(line);
        const [found] = /http:\/\/127\.0\.0\.1:\d+\//.exec(line) ?? [];
        if (found === undefined) return;
        clearTimeout(limit);
        resolve(found);
      });
    child.once('exit', () => reject(new Error(said.join('\n'))));
  });
  return { child, url, log: () => said.slice(-20).join('\n') };
}

/** A page with a notebook. */
export interface OpenedNotebook {
  readonly page: Page;
  readonly problems: string[];
  readonly letKernelStart: () => void;
}

/** A notebook of these cells, in a page whose every complaint is kept. */
export async function openNotebook(
  browser: Browser,
  { url, folder }: { readonly url: string; readonly folder: string },
  sources: readonly string[]
): Promise<OpenedNotebook> {
  const cell = (id: string, source: string) => ({
    id,
    source,
    cell_type: 'code',
    metadata: {},
    outputs: [],
    execution_count: null
  });
  const kernelspec = {
    name: 'wardbook-typescript',
    display_name: 'TypeScript (Wardbook)',
    language: 'typescript'
  };
  const cells = sources.map((source, index) => cell(`c${index}`, source));
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
  await writeFile(join(folder, 'stock.ipynb'), JSON.stringify(notebook));
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(`${error.name}: ${error.message}`));
  page.on('console', message => {
    if (message.type() === 'error') problems.push(message.text());
  });
  let letKernelStart = () => undefined as void;
  const mayStart = new Promise<void>(resolve => (letKernelStart = resolve));
  await page.route('**/api/sessions*', async route => {
    if (route.request().method() === 'POST') await mayStart;
    await route.continue();
  });
  await page.goto(`${url}lab/tree/stock.ipynb?token=stock`);
  await page.waitForSelector('.jp-Notebook .jp-Cell', { timeout: 90_000 });
  return { page, problems, letKernelStart };
}

/** Run → Run All Cells. */
export async function runAll(page: Page): Promise<void> {
  await page.locator('.lm-MenuBar-item', { hasText: 'Run' }).click();
  await page.locator('.lm-Menu-item[data-command="runmenu:run-all"]:not(.lm-mod-disabled)').click();
}

/** Ends a process. */
export async function end(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(limit);
}
