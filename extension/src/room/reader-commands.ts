import type { SharedDocument } from '../lab';

const WRITES = new Set([
  'editmenu:clear-all',
  'editmenu:clear-current',
  'kernelmenu:restart-and-clear',
  'notebook:clear-all-cell-outputs',
  'notebook:clear-cell-output',
  'notebook:cut-cell',
  'notebook:delete-cell',
  'notebook:duplicate-below',
  'notebook:insert-cell-above',
  'notebook:insert-cell-below',
  'notebook:insert-heading-above',
  'notebook:insert-heading-below',
  'notebook:merge-cell-above',
  'notebook:merge-cell-below',
  'notebook:merge-cells',
  'notebook:move-cell-down',
  'notebook:move-cell-up',
  'notebook:paste-and-replace-cell',
  'notebook:paste-cell-above',
  'notebook:paste-cell-below',
  'notebook:redo-cell-action',
  'notebook:replace-selection',
  'notebook:restart-clear-output',
  'notebook:run-cell-and-insert-below',
  'notebook:split-cell-at-cursor',
  'notebook:undo-cell-action'
]);
const RUNS = new Set([
  'kernelmenu:change',
  'kernelmenu:interrupt',
  'kernelmenu:restart',
  'kernelmenu:shutdown',
  'notebook:change-kernel',
  'notebook:close-and-shutdown',
  'notebook:interrupt-kernel',
  'notebook:restart-and-run-to-selected',
  'notebook:restart-kernel',
  'notebook:restart-run-all',
  'notebook:run-all-above',
  'notebook:run-all-below',
  'notebook:run-all-cells',
  'notebook:run-in-console',
  'notebook:shutdown-kernel',
  'runmenu:restart-and-run-all',
  'runmenu:run-above',
  'runmenu:run-all',
  'runmenu:run-below',
  'toc:run-cells'
]);
/** On a text cell they only show it as text again. */
const RUNS_ONE = new Set(['notebook:run-cell', 'notebook:run-cell-and-select-next', 'runmenu:run']);
const CHANGE_TYPE = 'notebook:change-cell-to-';

/** What a person may do in a notebook, and where they stand in it. */
export interface Standing {
  readonly role: SharedDocument['role'];
  /** Whether the cell they are in holds code. */
  readonly isCode: boolean;
}

/** Whether a command of JupyterLab would change or run what this person may only read. */
export function isWithheld(command: string, { role, isCode }: Standing): boolean {
  const changes = WRITES.has(command) || command.startsWith(CHANGE_TYPE);
  if (changes) return role !== 'editor' && role !== 'owner';
  if (role !== 'viewer' && role !== 'commenter') return false;
  return RUNS.has(command) || (isCode && RUNS_ONE.has(command));
}

/** A binding of keys to a command. */
export interface Binding {
  readonly keys: readonly string[];
  readonly selector: string;
  readonly command: string;
}

/** The commands that the last keys would run at a place of the page. */
export function pressedCommands(
  bindings: readonly Binding[],
  pressed: readonly string[],
  target: Pick<Element, 'closest'>
): string[] {
  return bindings
    .filter(({ keys, selector }) => {
      const last = pressed.slice(-keys.length);
      return (
        keys.length === last.length &&
        keys.every((key, index) => key === last[index]) &&
        target.closest(selector) !== null
      );
    })
    .map(({ command }) => command);
}
