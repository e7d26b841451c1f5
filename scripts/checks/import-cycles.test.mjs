import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './import-cycles.mjs';
import { treeOf } from './tree.mjs';

const files = sources => treeOf({ 'a/package.json': '{"name":"a"}', ...sources });

test('a chain of imports that comes back is a cycle', () => {
  const problems = check(
    files({
      'a/src/one.ts': "import { two } from './two.js';",
      'a/src/two.ts': "export { three } from './three.js';",
      'a/src/three.ts': "import { one } from './one.js';"
    })
  );
  assert.deepEqual(problems, ['a/src/one.ts → a/src/two.ts → a/src/three.ts → a/src/one.ts']);
});

test('type-only imports and diamonds are none', () => {
  const problems = check(
    files({
      'a/src/one.ts': "import { two } from './two.js'; import { three } from './three.js';",
      'a/src/two.ts': "import type { One } from './one.js'; import { three } from './three.js';",
      'a/src/three.ts': 'export const three = 3;'
    })
  );
  assert.deepEqual(problems, []);
});
