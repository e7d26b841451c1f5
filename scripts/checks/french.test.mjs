import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './french.mjs';
import { treeOf } from './tree.mjs';

const of = code => check(treeOf({ 'guard/package.json': '{}', 'guard/src/a.ts': code }));

test('takes no-break spaces and English', () => {
  assert.deepEqual(of("const a = { en: 'what : is', fr: 'quoi\\u202f: est' };"), []);
  assert.deepEqual(of('const a = french ? `oui\u00a0!` : `what ? no`;'), []);
});

test('finds a plain space in every form of a French text', () => {
  const found = ['guard/src/a.ts:1 " :"'];
  assert.deepEqual(of("const a = { en: 'x', fr: 'quoi : est' };"), found);
  assert.deepEqual(of('const a = { fr: `${b} : est` };'), found);
  assert.deepEqual(of('const a = { fr: say(`quoi : ${b}`) };'), found);
  assert.deepEqual(of("const a = french ? 'quoi : est' : 'x';"), found);
  assert.deepEqual(of("const a = language === 'fr' ? 'quoi : est' : 'x';"), found);
  for (const mark of [' ;', ' !', ' ?', ' %', ' »', '« '])
    assert.equal(of(`const a = { fr: 'a${mark}b' };`).length, 1, mark);
});

test('reads the translations of the pages', () => {
  const path = 'extension/locale/fr_FR/wardbook.json';
  const tree = text => treeOf({ [path]: JSON.stringify({ '': { domain: 'x' }, 'a: b': [text] }) });
  assert.deepEqual(check(tree('a\u202f: b de %1, %%federated')), []);
  assert.deepEqual(check(tree('a : b')), [`${path} "a: b"`]);
  const nested = treeOf({ [path]: JSON.stringify({ CODE: { message: 'oui', mend: 'quoi ?' } }) });
  assert.deepEqual(check(nested), [`${path} "CODE"`]);
});
