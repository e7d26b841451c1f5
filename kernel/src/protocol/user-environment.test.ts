import { describe, expect, it } from 'vitest';
import { userEnvironment, userSettings } from './user-environment.js';

describe('the environment of user code', () => {
  it('has the variables of the person, and none of the product or of Jupyter', () => {
    const env = {
      HOME: '/home/a',
      WARDBOOK_TOKEN: 'secret',
      WARDBOOK_LOGIN: '/login.json',
      JPY_API_TOKEN: 'secret',
      JPY_PARENT_PID: '1'
    };
    expect(userEnvironment(env)).toEqual({ HOME: '/home/a' });
  });
});

describe('settings of user code', () => {
  it('are limits and a command before it; none by default', () => {
    expect(userSettings({})).toEqual({ memoryMb: null, cellSeconds: null, wrapper: [] });
    expect(
      userSettings({
        WARDBOOK_KERNEL_MEMORY_MB: '512',
        WARDBOOK_KERNEL_CELL_SECONDS: '1.5',
        WARDBOOK_KERNEL_WRAPPER: '["nice","-n","5"]'
      })
    ).toEqual({ memoryMb: 512, cellSeconds: 1.5, wrapper: ['nice', '-n', '5'] });
  });

  it('are refused when they cannot be read: a limit that is ignored protects nobody', () => {
    for (const [name, value] of [
      ['WARDBOOK_KERNEL_MEMORY_MB', 'much'],
      ['WARDBOOK_KERNEL_MEMORY_MB', '0'],
      ['WARDBOOK_KERNEL_CELL_SECONDS', '-1'],
      ['WARDBOOK_KERNEL_WRAPPER', 'bwrap'],
      ['WARDBOOK_KERNEL_WRAPPER', '[1]']
    ] as const)
      expect(() => userSettings({ [name]: value })).toThrow(name);
  });
});
