import { describe, expect, it } from 'vitest';
import { installGlobals, type Bridge } from '../user/globals.js';
import { GLOBALS_TYPES } from './globals-types.js';

describe('types of the globals', () => {
  it('declare every name that the user process puts on globalThis, and no other', () => {
    const before = new Map(
      Object.getOwnPropertyNames(globalThis).map(name => [
        name,
        Reflect.get(globalThis, name) as unknown
      ])
    );
    // Only the names matter: nothing is called.
    installGlobals({} as Bridge);
    const installed = Object.getOwnPropertyNames(globalThis).filter(
      name => !before.has(name) || !Object.is(before.get(name), Reflect.get(globalThis, name))
    );
    for (const name of installed)
      if (before.has(name)) Reflect.set(globalThis, name, before.get(name));
      else Reflect.deleteProperty(globalThis, name);
    const declared = [...GLOBALS_TYPES.matchAll(/^ {2}(?:function|var|const) (\w+)/gm)].map(
      match => match[1]
    );
    // `require` has its type from node; `$mport` stands for `import` in prepared cells.
    const expected = installed.filter(name => name !== 'require' && !name.startsWith('$'));
    expect([...new Set(declared)].sort()).toEqual([...new Set(expected)].sort());
  });
});
