import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { aims } from './checks/aims.mjs';
import { CHECKS } from './checks/all.mjs';
import { readTree } from './checks/tree.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROBLEMS_SHOWN = 40;

/**
 * Runs every check, prettier and eslint, prints what is wrong and the aims.
 *
 * @param {{ lint?: boolean }} options `lint: false` leaves prettier and eslint out
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>} one per check
 */
export async function runChecks({ lint = true } = {}) {
  const tools = lint
    ? [tool('prettier', prettierArguments()), tool('eslint', eslintArguments())]
    : [];
  const tree = readTree(ROOT);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { title, check } of CHECKS) report(counts, title, check(tree));
  for (const { name, done } of tools) report(counts, name, await done);
  for (const line of aims(tree)) console.log(`  aim  ${line}`);
  return counts;
}

function report(counts, title, problems) {
  const failed = problems.length > 0;
  counts[failed ? 'failed' : 'passed'] += 1;
  console.log(`${failed ? '✗' : '✓'} ${title}${failed ? ` (${problems.length})` : ''}`);
  for (const problem of problems.slice(0, PROBLEMS_SHOWN)) console.log(`    ${problem}`);
  if (problems.length > PROBLEMS_SHOWN)
    console.log(`    … ${problems.length - PROBLEMS_SHOWN} more`);
}

const prettierArguments = () => [
  'prettier/bin/prettier.cjs',
  '--list-different',
  '--cache',
  '--cache-location=.cache/prettier',
  '.'
];

const eslintArguments = () => [
  'eslint/bin/eslint.js',
  '--cache',
  '--cache-location=.cache/eslint',
  '--cache-strategy=content',
  '--max-warnings=0',
  '--format=json',
  '.'
];

/** Starts a tool beside the checks; `done` gives one line per problem. */
function tool(name, [script, ...rest]) {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', script), ...rest], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe']
  });
  const chunks = [];
  const errors = [];
  child.stdout.on('data', chunk => chunks.push(chunk));
  child.stderr.on('data', chunk => errors.push(chunk));
  const done = new Promise(resolve => {
    child.on('close', code => {
      const text = Buffer.concat(chunks).toString('utf8');
      const problems = name === 'eslint' ? eslintProblems(text) : lines(text);
      const crashed = code !== 0 && problems.length === 0;
      resolve(
        crashed ? lines(Buffer.concat(errors).toString('utf8') || `ended with ${code}`) : problems
      );
    });
  });
  return { name, done };
}

const lines = text => text.split('\n').filter(line => line.trim() !== '');

function eslintProblems(text) {
  if (!text.startsWith('[')) return lines(text);
  return JSON.parse(text).flatMap(({ filePath, messages }) =>
    messages.map(
      ({ line, ruleId, message }) =>
        `${filePath.slice(ROOT.length)}:${line} ${ruleId ?? 'parse'} ${message.split('\n')[0]}`
    )
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed, skipped } = await runChecks({
    lint: !process.argv.includes('--no-lint')
  });
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}
