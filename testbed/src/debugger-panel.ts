import type { Locator, Page } from 'playwright-core';

const TRIES = 3;
const CLICK_MS = 8_000;
const SHOWN_MS = 30_000;

/** JupyterLab's debugger as a person uses it at the notebook of a page. */
export class DebuggerPanel {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The button above the notebook that starts and ends it. */
  get bug(): Locator {
    return this.#page.locator('.jp-DebuggerBugButton').first();
  }

  /** Starts it and waits for the gutter in which breakpoints are set. */
  async start(): Promise<void> {
    // JupyterLab takes no click while the notebook is not yet the page's current one (handler.ts, toggleDebugging): who
    // sees nothing happen clicks again.
    for (let tries = 1; ; tries += 1) {
      await this.#page.locator('.jp-DebuggerBugButton[aria-disabled="false"]').first().click();
      const shown = this.#gutter.waitFor({ timeout: tries < TRIES ? CLICK_MS : SHOWN_MS });
      if (tries === TRIES) return shown;
      const isShown = await shown.then(
        () => true,
        () => false
      );
      if (isShown) return;
    }
  }

  /** Clicks into the gutter beside a line of the first cell, counted from one, and waits for the breakpoint. */
  async setBreakpoint(line: number): Promise<void> {
    const gutter = await this.#gutter.boundingBox();
    const lines = this.#cell.locator('.cm-line');
    const text = await lines.nth(line - 1).boundingBox();
    if (gutter === null || text === null) throw new Error('the line is not in sight');
    await this.#page.mouse.click(gutter.x + gutter.width / 2, text.y + text.height / 2);
    await this.#page
      .locator('.jp-DebuggerBreakpoint', { hasText: new RegExp(`${line}$`) })
      // JupyterLab 4.4 folds the list where the page is low.
      .waitFor({ state: 'attached' });
  }

  /** Breakpoints as the panel lists them: file and line. */
  breakpoints(): Promise<string[]> {
    return this.#page.locator('.jp-DebuggerBreakpoint').allTextContents();
  }

  /** Frames as `name:line`; none where nothing stands. */
  frames(): Promise<string[]> {
    return this.#page.locator('.jp-DebuggerCallstackFrame').evaluateAll(frames =>
      frames.map(frame => {
        const [name, place] = [...frame.children].map(({ textContent }) => textContent);
        return `${name ?? ''}:${(place ?? '').replace(/^.*:/, '')}`;
      })
    );
  }

  /** Variables as the tree shows them: `name: value`. */
  variables(): Promise<string[]> {
    return this.#page
      .locator('.jp-DebuggerVariables-body .jp-TreeItem')
      .evaluateAll(items =>
        items.map(item => [...item.children].map(part => part.textContent).join(': '))
      );
  }

  /** Selects the frame in which the cell stands. */
  async selectFrame(): Promise<void> {
    await this.#page.locator('.jp-DebuggerCallstackFrame').first().click();
  }

  /** Presses one of the buttons of the panel. */
  async press(
    command: 'continue' | 'terminate' | 'next' | 'stepIn' | 'stepOut' | 'evaluate'
  ): Promise<void> {
    const button = this.#page.locator(`.jp-DebuggerSidebar [data-command="debugger:${command}"]`);
    // A page that was loaded again may have the panel closed.
    if (!(await button.isVisible()))
      await this.#page.locator('.lm-TabBar-tab[data-id="jp-debugger-sidebar"]').click();
    await button.click();
  }

  /** Evaluates in the debugger's console, where the cell stands. @returns text of the answer */
  async evaluate(code: string): Promise<string> {
    await this.press('evaluate');
    const console = this.#page.locator('.jp-DebugConsole');
    await console.locator('.jp-CodeConsole-promptCell .cm-content').click();
    await this.#page.keyboard.insertText(code);
    await this.#page.keyboard.press('Shift+Enter');
    const answer = console.locator('.jp-CodeConsole-content .jp-OutputArea-output').first();
    await answer.waitFor();
    const text = (await answer.textContent()) ?? '';
    await this.press('evaluate');
    await console.waitFor({ state: 'detached' });
    return text.trim();
  }

  get #cell(): Locator {
    return this.#page.locator('.jp-Notebook .jp-CodeCell').first();
  }

  get #gutter(): Locator {
    return this.#cell.locator('.cm-gutter.cm-breakpoint-gutter');
  }
}
