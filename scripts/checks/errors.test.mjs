import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorsPage, readRegistry, REGISTRY } from './error-registry.mjs';
import { check } from './errors.mjs';
import { treeOf } from './tree.mjs';

const registry = (...lines) => `export const ERRORS = {\n${lines.join(',\n')}\n} as const;`;
const ENTRY = "WARD_FULL: entry('No bed is left.', 'Wait.', true)";

function of(text, more = {}) {
  const source = treeOf({ [REGISTRY]: text });
  return check(
    treeOf({
      [REGISTRY]: text,
      'docs/errors.md': errorsPage(readRegistry(source)),
      'a/src/a.test.ts': "'WARD_FULL'",
      ...more
    })
  );
}

test('a registry with texts, page and test is whole', () => {
  assert.deepEqual(of(registry(ENTRY)), []);
});

test('an empty registry is a problem, not a success', () => {
  assert.deepEqual(of(registry()), [`${REGISTRY} holds no entry that can be read`]);
});

test('a code without a test, out of order or without a sentence is named', () => {
  assert.deepEqual(of(registry(ENTRY, "WARD_LOST: entry('Lost.', 'Look.')")), [
    'WARD_LOST: no test names it'
  ]);
  assert.deepEqual(of(registry(ENTRY, "ROOM_FULL: entry('Full', '')")), [
    'ROOM_FULL: message is not a sentence',
    'ROOM_FULL: mend is not a sentence',
    'ROOM_FULL is not in alphabetical order',
    'ROOM_FULL: no test names it'
  ]);
});

test('a page that differs from the registry is found', () => {
  assert.deepEqual(of(registry(ENTRY), { 'docs/errors.md': '# Errors\n' }), [
    'docs/errors.md differs from the registry: npm run docs:errors'
  ]);
});

test('a code that the registry does not hold is found, thrown or only written', () => {
  for (const text of ["throw wardbookError('NO_SUCH');", "const code = 'WARD_UNKNOWN';"])
    assert.match(of(registry(ENTRY), { 'a/src/a.ts': text }).join(), /is not in the registry$/);
});
