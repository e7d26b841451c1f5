import { describe, expect, it } from 'vitest';
import { isWithheld, pressedCommands, type Standing } from './reader-commands';

const at = (role: Standing['role'], isCode = true) => ({ role, isCode });

describe('the commands of a person who may only read', () => {
  it.each(['viewer', 'commenter'] as const)('of a %s neither change nor run', role => {
    for (const command of [
      'notebook:insert-cell-below',
      'notebook:delete-cell',
      'notebook:change-cell-to-markdown',
      'notebook:run-cell-and-select-next',
      'notebook:run-all-cells',
      'notebook:restart-kernel',
      'notebook:interrupt-kernel',
      'kernelmenu:restart',
      'runmenu:run'
    ])
      expect(isWithheld(command, at(role)), command).toBe(true);
  });

  it('still read, move, copy and show a text cell again', () => {
    for (const command of [
      'notebook:copy-cell',
      'notebook:move-cursor-down',
      'notebook:enter-command-mode',
      'documentsearch:start',
      'filebrowser:open'
    ])
      expect(isWithheld(command, at('viewer')), command).toBe(false);
    expect(isWithheld('notebook:run-cell', at('viewer', false))).toBe(false);
    expect(isWithheld('notebook:run-all-cells', at('viewer', false))).toBe(true);
  });

  it('of one who may run, run, and change nothing', () => {
    expect(isWithheld('notebook:run-cell', at('executor'))).toBe(false);
    expect(isWithheld('notebook:restart-kernel', at('executor'))).toBe(false);
    expect(isWithheld('notebook:restart-clear-output', at('executor'))).toBe(true);
    expect(isWithheld('notebook:insert-cell-below', at('executor'))).toBe(true);
  });

  it.each(['editor', 'owner'] as const)('of an %s do everything', role => {
    expect(isWithheld('notebook:insert-cell-below', at(role))).toBe(false);
    expect(isWithheld('notebook:restart-kernel', at(role))).toBe(false);
  });
});

describe('the commands of pressed keys', () => {
  const bindings = [
    { keys: ['B'], selector: '.command', command: 'below' },
    { keys: ['D', 'D'], selector: '.command', command: 'delete' },
    { keys: ['B'], selector: '.console', command: 'other' }
  ];
  const target = { closest: (selector: string) => (selector === '.command' ? {} : null) };
  const pressed = (...keys: string[]) =>
    pressedCommands(bindings, keys, target as Pick<Element, 'closest'>);

  it('are those bound where the keys were pressed', () => {
    expect(pressed('B')).toEqual(['below']);
    expect(pressed('D')).toEqual([]);
    expect(pressed('D', 'D')).toEqual(['delete']);
    expect(pressed('D', 'B')).toEqual(['below']);
  });
});
