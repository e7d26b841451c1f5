import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './rules.mjs';
import { treeOf } from './tree.mjs';

const SPEC = '| ID | rule |\n|---|---|\n| D1 | at least eleven |\n\nSee [D9].';
const title = text => `it('${text}', () => {});`;
const of = (...titles) =>
  check(treeOf({ 'g/SPEC.md': SPEC, 'g/src/g.test.ts': titles.map(title).join('\n') }));
const WHOLE = ['[D1] allowed: eleven', '[D1] (refused) ten', '[D1 attack] ten and one twice'];

test('a rule with its three tests is whole', () => {
  assert.deepEqual(of(...WHOLE), []);
});

test('each missing kind is named', () => {
  WHOLE.forEach((_, left) => {
    const kind = ['allowed', 'refused', 'attack'][left];
    assert.deepEqual(of(...WHOLE.filter((__, at) => at !== left)), [
      `g/SPEC.md [D1] has no test: ${kind}`
    ]);
  });
});

test('a test that cites an unknown rule is named', () => {
  assert.deepEqual(of(...WHOLE, '[D9] allowed'), ['g/src/g.test.ts cites an unknown rule [D9]']);
});
