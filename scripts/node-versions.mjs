import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command, mustRun, ROOT } from './setup/command.mjs';

/**
 * `npm run test:node-versions`: the quick suite, and `wardbook ask` of the demo, under Node 22 and 24. Each Node comes
 * from npm into `.cache/node`, so that no version manager is needed.
 */
const VERSIONS = ['22', '24'];
const PLAN = join(ROOT, 'notebooks', 'demo', 'plans', 'survival-by-size.json');

async function nodeOf(major) {
  const folder = join(ROOT, '.cache', 'node', major);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder];
  await mustRun('npm', [...install, `${name}@${major}`], { cwd: folder });
  return binary;
}

/** The tools that start `node` by its name must find this one. */
const withNode = node => ({ PATH: `${dirname(node)}:${process.env.PATH}` });

/** Starts the demo's coordinator and hospitals under a Node, asks a plan, and looks at the answer. */
async function askDemo(node) {
  const { FederationProcess } = await import(pathToFileURL(join(ROOT, 'testbed/dist/index.js')));
  const home = mkdtempSync(join(tmpdir(), 'wardbook-node-'));
  const folder = join(ROOT, 'notebooks', 'demo');
  const federation = await FederationProcess.start({ folder, home, lab: false, node });
  try {
    const cli = join(ROOT, 'server', 'cli', 'dist', 'main.js');
    const printed = execFileSync(node, [cli, 'ask', PLAN, '--home', home], { encoding: 'utf8' });
    const { provenance } = JSON.parse(printed);
    if (provenance.answered !== 3) throw new Error(`answered by ${provenance.answered}`);
  } finally {
    await federation[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });
  }
}

let failed = 0;
for (const major of VERSIONS) {
  const node = await nodeOf(major);
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const suite = join(ROOT, 'scripts', 'test.mjs');
  const { code } = await command(node, [suite, '--quick'], { env: withNode(node) });
  const asked = await askDemo(node).then(
    () => 'answered',
    error => `failed: ${error.message}`
  );
  console.log(
    `Node ${version}: quick suite ${code === 0 ? 'passed' : 'FAILED'}, wardbook ask ${asked}`
  );
  if (code !== 0 || asked !== 'answered') failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;
