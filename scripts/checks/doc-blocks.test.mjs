import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './doc-blocks.mjs';
import { treeOf } from './tree.mjs';

const of = (text, name = 'x') =>
  check(treeOf({ 'a/package.json': '{}', [`a/src/${name}.ts`]: text }));

test('an export without a doc block is named with its line', () => {
  for (const [text, name] of [
    ['export const a = 1;', 'a'],
    ['export function a() {}', 'a'],
    ['export interface A {}', 'A'],
    ['/* no doc */ export class A {}', 'A'],
    ['/** */ export type A = 1;', 'A'],
    ['const a = 1; export { a };', 'a'],
    ['export default 1;', 'default']
  ])
    assert.deepEqual(of(text), [`a/src/x.ts:1 ${name}`]);
});

test('documented and private names are fine; one block serves a value and its type', () => {
  const text = '/** What it is. */ export const A = 1;\nexport type A = 1;\nconst b = 2;';
  assert.deepEqual(of(text), []);
});

test('tests need none', () => {
  assert.deepEqual(of('export const a = 1;', 'x.test'), []);
});
