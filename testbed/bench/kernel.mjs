// npm run bench:kernel: this kernel, ipykernel and Deno's kernel, interleaved; prints each ratio with its goal.
// ROUNDS (5) sets the rounds; answers are compared before any time counts. No kernel gets NODE_EXTRA_CA_CERTS: Node 20
// parses all certificates in it before the first line of any script runs. KEEP_CERTIFICATES=yes leaves it in.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernelspec } from '@wardbook/kernel';
import { buildPackages } from '../../scripts/setup/build.mjs';
import { ensurePython } from '../../scripts/python-env.mjs';
import { median, quantile, ratioInterval } from './statistics.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const DENO = '2.9.6';
const CLIENT = fileURLToPath(new URL('kernel_client.py', import.meta.url));
const SHARED = join(tmpdir(), 'wardbook-bench-deno');

/** Name, unit, how a round becomes one number, goal against ipykernel and against Deno (ratios). */
const RATIOS = [
  ['start to idle', 'ms', 'start', 0.65, 0.5],
  ['start to the first result', 'ms', 'first result', 0.65, 0.5],
  ['1+1, p50', 'ms', values => median(values['1+1']), 0.3, 1],
  ['1+1, p95', 'ms', values => quantile(values['1+1'], 0.95), 0.6, 1.3],
  ['100,000 lines to the last', 'ms', 'lines', 0.2, 0.02],
  ['10 MB string', 'ms', 'string', 1.5, 0.2],
  ['top-level loop of 1e7', 'ms', 'loop', 0.12, 1.1],
  ['1,000 displays', 'ms', 'displays', 0.45, 1],
  ['completion, warm p50', 'ms', 'completion', 1, null],
  ['interrupt of a loop', 'ms', 'interrupt sync', 0.1, null],
  ['PSS idle', 'MiB', 'pss', 1.9, 0.42],
  ['PSS with the type service', 'MiB', 'pss with types', 3.5, 0.8],
  ['RSS after the bench', 'MiB', 'rss', null, 0.25],
  ['shutdown', 'ms', 'shutdown', 0.3, 0.2]
];

/** Limits of this kernel alone. */
const LIMITS = [
  ['completion, first', 'ms', 'completion first', 500],
  ['heartbeat while busy, p95', 'ms', values => quantile(values.heartbeat, 0.95), 5],
  ['control while busy, p95', 'ms', values => quantile(values.control, 0.95), 5],
  ['RSS after the bench / own idle', '', 'rss growth', 2]
];
const SHARES = ['lines before idle', 'string before idle', 'displays before idle'];
const KINDS = [
  'sync',
  'function',
  'try/finally',
  'timer',
  'immediate',
  'microtask',
  'await',
  'regex'
];

const of = (values, what) => (typeof what === 'function' ? what(values) : values[what]);

/** Deno's binary inside its platform package: npm runs no install scripts. Undefined when npm does not give it. */
function denoBinary() {
  const find = () => {
    const folder = join(SHARED, 'node_modules', '@deno');
    const names = process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
    const file = join(folder, `${process.platform}-${process.arch}-${names}`, 'deno');
    return existsSync(file) ? file : undefined;
  };
  if (find()) return find();
  mkdirSync(SHARED, { recursive: true });
  writeFileSync(join(SHARED, 'package.json'), '{ "private": true }\n');
  spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `deno@${DENO}`], {
    cwd: SHARED,
    stdio: 'inherit'
  });
  return find();
}

function writeSpec(folder, name, spec) {
  mkdirSync(join(folder, 'kernels', name), { recursive: true });
  writeFileSync(join(folder, 'kernels', name, 'kernel.json'), JSON.stringify(spec));
}

function round(python, folder, [name, language]) {
  const { NODE_EXTRA_CA_CERTS: _, ...others } = process.env;
  const env = process.env.KEEP_CERTIFICATES === 'yes' ? process.env : others;
  const { status, stdout, stderr } = spawnSync(python, [CLIENT, name, language], {
    env: { ...env, JUPYTER_PATH: folder, PYTHONWARNINGS: 'ignore' },
    encoding: 'utf8',
    maxBuffer: 64_000_000
  });
  if (status === 0) return JSON.parse(stdout);
  console.log(`${name}: a round failed: ${stderr.trim().split('\n').at(-1)}`);
  return undefined;
}

function ratioLine([title, unit, what, goalPython, goalDeno], rounds) {
  const all = rounds.ours.map(values => of(values, what));
  // A round that hung has no time, and no ratio speaks for it.
  const hung = all.includes(null);
  const ours = all.filter(value => value != null);
  const cells = [
    ['python', goalPython],
    ['deno', goalDeno]
  ].map(([peer, goal]) => {
    const theirs = rounds[peer].map(values => of(values, what)).filter(value => value != null);
    if (theirs.length === 0 || ours.length === 0 || goal === null) return ''.padEnd(46);
    const { ratio, low, high } = ratioInterval(ours, theirs);
    const mark = hung
      ? 'HUNG  '
      : ratio <= goal
        ? 'met   '
        : low > goal * 1.25
          ? 'MISSED'
          : 'near  ';
    return `${ratio.toFixed(3).padStart(7)} [${low.toFixed(3)}, ${high.toFixed(3)}] goal ${goal} ${mark}`.padEnd(
      46
    );
  });
  const amounts = [rounds.ours, rounds.python, rounds.deno].map(list => {
    const values = list.map(one => of(one, what)).filter(value => value != null);
    return (values.length === 0 ? '–' : median(values).toFixed(1)).padStart(9);
  });
  return `${`${title}, ${unit}`.padEnd(34)}${amounts.join('')}   ${cells.join('')}`;
}

const python = await ensurePython();
if (!python) throw new Error('python3 with venv and a package index are needed');
const folder = mkdtempSync(join(tmpdir(), 'wardbook-bench-'));
writeSpec(folder, 'ours', kernelspec());
const kernels = { ours: ['ours', 'typescript'], python: ['python3', 'python'] };
const deno = process.env.DENO === 'no' ? undefined : denoBinary();
if (deno) {
  writeSpec(folder, 'deno', {
    argv: [deno, 'jupyter', '--kernel', '--conn', '{connection_file}'],
    display_name: 'Deno',
    language: 'typescript',
    interrupt_mode: 'message'
  });
  kernels.deno = ['deno', 'deno'];
} else console.log(`\nDENO'S KERNEL IS SKIPPED: npm gives no deno@${DENO} for this machine.\n`);

if (process.env.NODE_EXTRA_CA_CERTS)
  console.log(
    `\nNODE_EXTRA_CA_CERTS is ${process.env.KEEP_CERTIFICATES === 'yes' ? 'left in' : 'taken out of'} the environment of all kernels.\n`
  );

// What is measured is what a build gives.
await buildPackages({ quietOut: true });
const loads = [];
const rounds = { ours: [], python: [], deno: [] };
const fromWhen = createRequire(import.meta.url)('../../node_modules/zeromq/package.json').version;
for (let at = 0; at < ROUNDS; at += 1)
  for (const [key, kernel] of Object.entries(kernels)) {
    loads.push(loadavg()[0]);
    const values = round(python, folder, kernel);
    if (values) rounds[key].push(values);
  }
rmSync(folder, { recursive: true, force: true });
const lost = rounds.ours.some(
  values => values.lines === null || values.string === null || values.displays === null
);
if (lost) throw new Error('this kernel lost output');
if (rounds.ours.length === 0 || rounds.python.length === 0)
  throw new Error('no round went through');

console.log(
  `${cpus()[0].model}, ${cpus().length} cores, node ${process.version}, zeromq ${fromWhen}, ipykernel 7.4.0, Deno ${deno ? DENO : 'none'}; load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`
);
console.log(
  `${ROUNDS} interleaved rounds, medians; ratio ours / peer with bootstrap 95 % interval; near = above the goal, by less than 25 % at the interval's lower end\n`
);
console.log(
  `${''.padEnd(34)}${['ours', 'ipykernel', 'Deno'].map(name => name.padStart(9)).join('')}   ${'/ ipykernel'.padEnd(46)}/ Deno`
);
for (const line of RATIOS) console.log(ratioLine(line, rounds));
console.log();
for (const [title, unit, what, limit] of LIMITS) {
  const value = median(rounds.ours.map(values => of(values, what)));
  console.log(
    `${`${title}${unit ? `, ${unit}` : ''}`.padEnd(34)}${value.toFixed(2).padStart(9)}   limit ${limit} ${value <= limit ? 'met' : 'MISSED'}`
  );
}
console.log();
for (const share of SHARES)
  console.log(
    `${share.padEnd(34)}${[rounds.ours, rounds.python, rounds.deno].map(list => (list.length === 0 ? '–' : `${(100 * Math.min(...list.map(one => one[share]))).toFixed(0)} %`).padStart(9)).join('')}   limit 100 % (the least of all rounds)`
  );
console.log(
  '\ninterrupt to idle by message, median ms; "hangs" = not ended within 3 s, or names lost'
);
for (const kind of KINDS)
  console.log(
    `  ${kind.padEnd(32)}${[rounds.ours, rounds.python, rounds.deno].map(list => interruptText(list, kind).padStart(9)).join('')}`
  );

function interruptText(list, kind) {
  const values = list.map(one => one[`interrupt ${kind}`]).filter(value => value !== undefined);
  if (values.length === 0) return '–';
  return values.includes(null) ? 'hangs' : median(values).toFixed(1);
}
