import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './docs-paths.mjs';
import { treeOf } from './tree.mjs';

const of = text => check(treeOf({ 'docs/a.md': text, 'docs/b.md': '', 'guard/src/x.ts': '' }));

test('links and paths that exist are fine, relative or from the root', () => {
  assert.deepEqual(of('[b](b.md) [x](../guard/src/x.ts#L1) `guard/src` `guard/src/x.ts:12`'), []);
});

test('a link or a path to nowhere is named with its line', () => {
  assert.deepEqual(of('\n[c](c.md) and `guard/src/y.ts`'), [
    'docs/a.md:2 names c.md',
    'docs/a.md:2 names guard/src/y.ts'
  ]);
});

test('addresses, placeholders, code blocks and what a build makes are left alone', () => {
  assert.deepEqual(
    of('[w](https://example.org) `guard/src/<name>` `guard/dist/x.js`\n```\n`guard/none`\n```'),
    []
  );
});
