import { createRequire } from 'node:module';
import { join } from 'node:path';
import { madeNames, type BuiltInParts } from './builtins.js';
import { builders, where } from './builders.js';
import type { UserComms } from './comms.js';
import type { DisplayHandle, Displays } from './display.js';
import type { CallError } from './messages.js';
import { richMakers } from './rich.js';
import { studyHandle, type Caller } from './study.js';
import { widgetMakers } from '../widgets/makers.js';
import type { WidgetHost } from '../widgets/widget-host.js';

/** What user code may ask of the protocol process. */
export interface Bridge extends Caller, BuiltInParts {
  readonly comms: UserComms;
  readonly widgets: WidgetHost;
  readonly displays: Displays;
  readonly prompt: (text: string, password: boolean) => Promise<string>;
  readonly page: (value: unknown) => Promise<void>;
}

/** An error of the product in user code: `code`, `message`, `mend`. */
export class WardbookCellError extends Error {
  readonly code: string;
  readonly mend: string;
  constructor({ code, message, mend }: CallError) {
    super(message);
    this.name = 'WardbookError';
    this.code = code;
    this.mend = mend;
  }
}

/** Puts the names every cell may use on `globalThis`. */
export function installGlobals(bridge: Bridge): void {
  const names: Record<string, unknown> = {
    ...madeNames(bridge),
    require: createRequire(join(process.cwd(), 'notebook.mjs')),
    display: (value: unknown, options?: { displayId?: string }) =>
      bridge.displays.display(value, options),
    updateDisplay: (value: unknown, display: string | DisplayHandle) =>
      bridge.displays.update(value, display),
    clearOutput: (options?: { wait?: boolean }) => bridge.displays.clear(options),
    progress: (total: number, options?: { label?: string }) =>
      bridge.displays.progress(total, options),
    page: bridge.page,
    prompt: (text = '', options: { password?: boolean } = {}) =>
      bridge.prompt(text, options.password === true),
    ...richMakers,
    study: (id: string) => studyHandle(bridge, id),
    comms: bridge.comms,
    ...widgetMakers(bridge.widgets),
    where,
    ...builders
  };
  for (const [name, value] of Object.entries(names))
    Object.defineProperty(globalThis, name, {
      value,
      configurable: true,
      writable: true,
      enumerable: false
    });
}
