import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './docs-code.mjs';
import { treeOf } from './tree.mjs';

const of = (language, code) =>
  check(
    treeOf({
      'package.json': '{"scripts":{"start":"x"}}',
      'scripts/a.mjs': '',
      'README.md': `\`\`\`${language}\n${code}\n\`\`\`\n`
    })
  );

test('valid blocks are fine', () => {
  for (const [language, code] of [
    ['json', '{ "a": 1 }'],
    ['ts run', '%%federated x as y\nconst a: number = 1;'],
    ['sh', 'npm start\nnpm ci\nnode scripts/a.mjs'],
    ['ts', 'not { a program']
  ])
    assert.deepEqual(of(language, code), []);
});

test('broken JSON, a program that does not parse, an unknown script or file is named', () => {
  for (const [language, code, what] of [
    ['json', '{ a }', /^README\.md:1 json: /],
    ['ts run', 'const = 1;', /^README\.md:1 /],
    ['sh', 'npm run gone', /npm has no script gone$/],
    ['sh', 'node scripts/b.mjs', /there is no scripts\/b\.mjs$/]
  ])
    assert.match(of(language, code)[0] ?? '', what);
});
