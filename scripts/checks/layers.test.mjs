import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './layers.mjs';
import { treeOf } from './tree.mjs';

const manifest = (name, dependencies = {}) =>
  JSON.stringify({ name: `@wardbook/${name}`, dependencies });
const house = (path, text) =>
  treeOf({
    'package.json': '{"devDependencies":{"vitest":"1"}}',
    'protocol/package.json': manifest('protocol'),
    'guard/package.json': manifest('guard', { '@wardbook/protocol': '1' }),
    'server/coordinator/package.json': manifest('coordinator', { '@wardbook/guard': '1' }),
    [path]: text
  });

test('an import down the layers that the manifest declares is fine', () => {
  assert.deepEqual(check(house('guard/src/a.ts', "import '@wardbook/protocol';")), []);
});

test('an import up the layers is refused, also a type-only and a dynamic one', () => {
  for (const text of [
    "import '@wardbook/guard';",
    "import type { A } from '@wardbook/guard';",
    "await import('@wardbook/guard');"
  ])
    assert.deepEqual(check(house('protocol/src/a.ts', text)), [
      'protocol/src/a.ts:1 protocol may not import guard'
    ]);
});

test('the coordinator may not import the gate, even if its manifest says so', () => {
  const problems = check(house('server/coordinator/src/a.ts', "import '@wardbook/guard';"));
  assert.deepEqual(problems, [
    'server/coordinator/src/a.ts:1 server/coordinator may not import guard'
  ]);
});

test('what the manifest does not declare, a deep door and a path out of the package are refused', () => {
  for (const [text, what] of [
    ["import 'left-pad';", 'left-pad is not declared in guard/package.json'],
    ["import '@wardbook/protocol/src/x.js';", 'only the doors of a package: @wardbook/protocol'],
    ["import '../../protocol/src/x.js';", 'reaches out of its package: ../../protocol/src/x.js'],
    ["import 'vitest';", 'vitest is not declared in guard/package.json']
  ])
    assert.deepEqual(check(house('guard/src/a.ts', text)), [`guard/src/a.ts:1 ${what}`]);
});

test('a pure package names no module of Node; its tests may, and may use the tools', () => {
  assert.deepEqual(check(house('guard/src/a.ts', "import 'node:fs';")), [
    'guard/src/a.ts:1 guard has no node: import'
  ]);
  assert.deepEqual(check(house('guard/src/a.test.ts', "import 'node:fs'; import 'vitest';")), []);
});
