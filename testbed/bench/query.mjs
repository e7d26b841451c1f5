// npm run bench:query: p50/p95 of a count and of one Newton step over three hospital processes on loopback,
// interleaved with the bare WebSocket round trip. Masks, signatures, gate and audit are on.
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync
} from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { FederationProcess, demoPlan } from '@wardbook/testbed';
import { memberClient } from '@wardbook/cli';
import { WebSocket, WebSocketServer } from 'ws';

const ROUNDS = Number(process.env.ROUNDS ?? 200);
const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const COVARIATES = ['age', 'meno', 'size', 'grade', 'nodes', 'hormon'];

const quantile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];
const line = (name, values) =>
  `${name.padEnd(52)} p50 ${quantile(values, 0.5).toFixed(2).padStart(7)} ms   p95 ${quantile(values, 0.95).toFixed(2).padStart(7)} ms   n ${values.length}`;
const timed = async act => {
  const from = performance.now();
  const value = await act();
  return [performance.now() - from, value];
};

const home = mkdtempSync(join(tmpdir(), 'wardbook-bench-'));
const timing = join(home, 'timing.jsonl');
const env = { WARDBOOK_TIMING: timing };
const federation = await FederationProcess.start({ folder: DEMO, home, lab: false, env });
const client = await memberClient(home, 'ana');
const echo = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
echo.on('connection', socket => socket.on('message', data => socket.send(data)));
await once(echo, 'listening');
const bare = new WebSocket(`ws://127.0.0.1:${echo.address().port}`, { perMessageDeflate: false });
await once(bare, 'open');

// What the security duties cost on this machine, apart from us.
const duties = { signature: [], sync: [] };
const pair = generateKeyPairSync('ed25519');
const page = Buffer.alloc(4096, 1);
const synced = openSync(join(home, 'synced'), 'w');
const signedOnce = () => {
  const signature = sign(null, page, pair.privateKey);
  if (!verify(null, page, pair.publicKey, signature)) throw new Error('signature');
};
const syncedOnce = () => {
  writeSync(synced, page);
  fdatasyncSync(synced);
};

const results = { echo: [], count: [], step: { grid: [], stratified: [] } };
const trips = { count: 0, grid: 0, stratified: 0 };
let cohort = 0;
// Every question is another one: a stored result would measure nothing.
const another = () => ({ cohort: { variable: 'age', ge: 1 + (cohort += 1) * 1e-4 } });

async function askCount() {
  const [ms, view] = await timed(() =>
    client.submit(demoPlan('count', { by: 'size' }, another()), 'bench', 5000)
  );
  if (view.result?.values.n !== 2982) throw new Error(`count: ${JSON.stringify(view.error)}`);
  trips.count = view.result.provenance.rounds + 1;
  return { run: view.run, ms };
}

async function askCox(mode) {
  const started = await client.submit(
    demoPlan('cox-regression', { event: 'rfs', covariates: COVARIATES, mode }, another()),
    'bench'
  );
  let last = started;
  let at = performance.now();
  const steps = [];
  for await (const view of client.follow(started.run)) {
    // A step that was told together with the next one has no time of its own.
    if (view.round === last.round + 1 && last.round >= 1)
      steps.push({ run: started.run, round: last.round, ms: performance.now() - at });
    if (view.round > last.round) at = performance.now();
    last = view;
  }
  if (last.state !== 'released') throw new Error(`cox: ${JSON.stringify(last.error)}`);
  trips[mode] = last.result.provenance.rounds + 1;
  return steps;
}

for (let warm = 0; warm < 30; warm += 1) {
  await askCount();
  if (warm % 5 === 0) for (const mode of ['grid', 'stratified']) await askCox(mode);
}
for (let round = 0; round < ROUNDS; round += 1) {
  const [ms] = await timed(async () => {
    const back = once(bare, 'message');
    bare.send(Buffer.alloc(100));
    await back;
  });
  results.echo.push(ms);
  duties.signature.push((await timed(signedOnce))[0]);
  duties.sync.push((await timed(syncedOnce))[0]);
  results.count.push(await askCount());
  if (round % 5 === 0)
    for (const mode of ['grid', 'stratified']) results.step[mode].push(...(await askCox(mode)));
}

// What the slowest hospital worked, by run and round, from the job's arrival to its stored answer.
const work = new Map();
await federation[Symbol.asyncDispose]();
for (const line of readFileSync(timing, 'utf8').trimEnd().split('\n')) {
  const { pid, run, round, ms } = JSON.parse(line);
  const rounds = work.get(run) ?? new Map();
  work.set(run, rounds);
  rounds.set(round, (rounds.get(round) ?? new Map()).set(pid, ms));
}
const slowest = ({ run, round }) => {
  const rounds = work.get(run) ?? new Map();
  const asked = round === undefined ? [...rounds.values()] : [rounds.get(round) ?? new Map()];
  const byHospital = new Map();
  for (const answers of asked)
    for (const [pid, ms] of answers) byHospital.set(pid, (byHospital.get(pid) ?? 0) + ms);
  return Math.max(...byHospital.values());
};
const report = (name, samples) => {
  const times = samples.map(({ ms }) => ms);
  const overheads = samples.map(sample => sample.ms - slowest(sample));
  console.log(line(name, times));
  console.log(line('  of it over the slowest hospital', overheads));
};

console.log(
  `${cpus()[0].model}, ${cpus().length} cores, node ${process.version}, load ${loadavg()[0].toFixed(1)}`
);
console.log(
  'three hospital processes (1,586 + 982 + 414 patients), loopback; masks, signatures, gate, audit with fsync on\n'
);
console.log(line('bare WebSocket round trip, 100 bytes', results.echo));
console.log(line('one Ed25519 signature made and checked', duties.signature));
console.log(line('4 kB written and synced to disk', duties.sync));
report(`count by size, request to result (${trips.count} round trips)`, results.count);
report(`Newton step, stratified (1 of ${trips.stratified} round trips)`, results.step.stratified);
report(`Newton step, common risk set on the grid (1 of ${trips.grid})`, results.step.grid);
const counts = results.count.map(({ ms }) => ms);
console.log(
  `\ncount p50 = ${(quantile(counts, 0.5) / quantile(results.echo, 0.5)).toFixed(1)} × the bare round trip`
);

closeSync(synced);
bare.close();
echo.close();
rmSync(home, { recursive: true, force: true });
