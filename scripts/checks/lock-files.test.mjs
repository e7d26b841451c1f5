import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './lock-files.mjs';
import { treeOf } from './tree.mjs';

const of = packages => check(treeOf({ 'x/package-lock.json': JSON.stringify({ packages }) }));

test('packages with a hash and no address, and links, are fine', () => {
  assert.deepEqual(
    of({
      '': {},
      'node_modules/a': { integrity: 'sha512-x' },
      'node_modules/b': { link: true, resolved: 'b' }
    }),
    []
  );
});

test('an address and a missing hash are named', () => {
  assert.deepEqual(
    of({
      'node_modules/a': { integrity: 'sha512-x', resolved: 'https://example.org/a.tgz' },
      'node_modules/b': {}
    }),
    [
      'x/package-lock.json: 1 packages name an address, first node_modules/a',
      'x/package-lock.json: node_modules/b has no integrity hash'
    ]
  );
});
