import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { check } from './references.mjs';
import { treeOf } from './tree.mjs';

const CSV = 'x\n1\n';
const sha256 = createHash('sha256').update(CSV).digest('hex');
const entry = { name: 'mean', value: 1, by: 'R 4.2', command: 'mean(x)', sha256 };
const of = (reference, more = {}) =>
  check(
    treeOf({
      'notebooks/x.csv': CSV,
      'analyses/src/mean/present.ts': '',
      'analyses/src/mean/derivation.md': '',
      'analyses/src/mean/reference.R': '',
      'analyses/src/mean/reference.json': JSON.stringify(reference),
      ...more
    })
  );
const at = what => [`analyses/src/mean/reference.json 0: ${what}`];

test('a value with origin, command and the hash of its data is fine', () => {
  assert.deepEqual(of([entry]), []);
  assert.deepEqual(
    of([{ ...entry, sha256: undefined, data: { file: 'notebooks/x.csv', sha256 } }]),
    []
  );
});

test('a missing origin, command or hash is named', () => {
  assert.deepEqual(of([{ ...entry, by: '' }]), at('no by'));
  assert.deepEqual(of([{ ...entry, command: undefined }]), at('no command'));
  assert.deepEqual(of([{ ...entry, sha256: undefined }]), at('no data with its sha256'));
});

test('data that changed since are found', () => {
  const problems = of([entry], { 'notebooks/x.csv': 'x\n2\n' });
  assert.deepEqual(problems, at(`no data file has the sha256 ${sha256.slice(0, 12)}…`));
});

test('an analysis without reference, script or derivation is found, and an empty reference', () => {
  assert.deepEqual(check(treeOf({ 'analyses/src/mean/present.ts': '' })), [
    'analyses/src/mean has no reference.json',
    'analyses/src/mean has no reference.R',
    'analyses/src/mean has no derivation.md'
  ]);
  assert.deepEqual(of([]), ['analyses/src/mean/reference.json has no entry with a value']);
});
