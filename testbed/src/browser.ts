import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** Starts a Chromium. `CHROMIUM_PATH` names it (scripts/setup/chromium.mjs finds or installs one). */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A person's page on a lab, in a browser context of their own. */
export class LabPage {
  readonly page: Page;
  /** What went wrong in the page: uncaught errors, errors on the console and failed requests. */
  readonly problems: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', error => this.problems.push(`${error.name}: ${error.message}`));
    page.on('console', message => {
      if (message.type() === 'error') this.problems.push(`console: ${message.text()}`);
    });
    page.on('response', response => {
      if (response.status() >= 400) this.problems.push(`${response.status()} ${response.url()}`);
    });
  }

  /** Opens a personal link, or another notebook behind it, and waits for the notebook. */
  static async open(browser: Browser, link: string, path?: string): Promise<LabPage> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    const lab = new LabPage(await context.newPage());
    if (path === undefined) await lab.page.goto(link);
    else {
      // The link leads to the landing notebook: its session is enough here.
      await context.request.get(link);
      await lab.page.goto(new URL(`/lab/tree/${encodeURI(path)}?reset`, link).href);
    }
    await lab.page.waitForSelector('.jp-Notebook .jp-Cell');
    await lab.page.waitForSelector('.wb-saved[data-state="saved"]');
    return lab;
  }

  /** Run → Run All Cells, and waits for the end of the last cell. @returns milliseconds */
  async runAll(): Promise<number> {
    const from = performance.now();
    await this.page.locator('.lm-MenuBar-item').nth(3).click();
    await this.page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click();
    await this.page.waitForFunction(
      () =>
        document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt').length > 0 &&
        [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')].every(prompt =>
          /^\[\d+\]:$/.test(prompt.textContent.trim())
        )
    );
    return performance.now() - from;
  }

  /** Writes a screenshot `name.png` into the folder `WARDBOOK_SCREENSHOTS`; nothing without it. */
  async shot(name: string): Promise<void> {
    const folder = process.env['WARDBOOK_SCREENSHOTS'];
    if (folder !== undefined) await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** Ends the page. @returns what it complained of before */
  async end(): Promise<readonly string[]> {
    const problems = [...this.problems];
    await this.page.context().close();
    return problems;
  }

  /** Texts of all error outputs. */
  errors(): Promise<string[]> {
    return this.page
      .locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"], .wb-error')
      .allTextContents();
  }
}
