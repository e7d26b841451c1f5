import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './strict-syntax.mjs';
import { treeOf } from './tree.mjs';

const of = text => check(treeOf({ 'a/package.json': '{}', 'a/src/x.ts': text }));

test('each escape hatch is found with its line', () => {
  for (const [text, what] of [
    ['\nlet x: any;', '2 any'],
    ['y!.z;', '1 ! (non-null)'],
    ['class A { b!: string }', '1 ! (definite assignment)'],
    ['// @ts-ignore', '1 @ts-ignore'],
    ['/* @ts-nocheck */', '1 @ts-ignore'],
    ['// eslint-disable-next-line x', '1 eslint-disable without a reason (-- why)']
  ])
    assert.deepEqual(of(text), [`a/src/x.ts:${what}`]);
});

test('the words in texts, a plain ! and a disable with its reason are fine', () => {
  assert.deepEqual(
    of("const any = 'any @ts-ignore!'; if (!any) {}\n// eslint-disable-next-line x -- upstream"),
    []
  );
});
