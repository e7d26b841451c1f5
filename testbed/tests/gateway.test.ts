import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memberClient } from '@wardbook/cli';
import { GatewayClient, signRequest } from '@wardbook/kernel';
import { MemberId } from '@wardbook/protocol';
import {
  FederationProcess,
  demoPlan,
  startFederationInProcess,
  type FederationInProcess
} from '@wardbook/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const LAB = fileURLToPath(new URL('../../server/lab/app/build/static', import.meta.url));
const COX = demoPlan('cox-regression', {
  event: 'rfs',
  covariates: ['age', 'size', 'nodes'],
  mode: 'grid'
});
const threshold = (age: number) => ({ cohort: { variable: 'age', ge: age } });

const refusedWith = (code: string) => expect.objectContaining({ code }) as Error;

describe('gateway', () => {
  let home = '';
  let federation: FederationInProcess;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-gateway-'));
    federation = await startFederationInProcess({ folder: DEMO, home });
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('shows federation and study to members, and nothing to others: AUTH_REQUIRED', async () => {
    const client = await memberClient(home, 'claire');
    const { hospitals, study } = await client.federation();
    expect(study.id).toBe('breast-relapse');
    expect(hospitals.map(({ id, state }) => [id, state])).toEqual([
      ['north', 'connected'],
      ['centre', 'connected'],
      ['south', 'connected'],
      ['gbsg', 'connected']
    ]);
    expect(hospitals.every(({ snapshot }) => (snapshot?.patientsFloor ?? 1) % 5 === 0)).toBe(true);
    expect((await client.study('breast-relapse')).dictionary.variables.length).toBeGreaterThan(10);
    const stranger = new GatewayClient({
      url: federation.coordinator.url,
      token: 'not-a-token-of-anybody'
    });
    await expect(stranger.federation()).rejects.toThrow(refusedWith('AUTH_REQUIRED'));
  });

  it('lets nobody ask in the name of another: AUTH_NOT_ALLOWED, and refuses an unknown run: RUN_NOT_FOUND', async () => {
    const paul = JSON.parse(await readFile(join(home, 'members', 'paul.json'), 'utf8')) as {
      token: string;
    };
    const ana = JSON.parse(await readFile(join(home, 'members', 'ana.json'), 'utf8')) as {
      signing: { privateKey: string };
    };
    const mixed = new GatewayClient({
      url: federation.coordinator.url,
      token: paul.token,
      signer: (plan, purpose) =>
        signRequest(plan, purpose, MemberId.parse('ana'), ana.signing.privateKey)
    });
    await expect(mixed.submit(demoPlan('count', {}), 'test')).rejects.toThrow(
      refusedWith('AUTH_NOT_ALLOWED')
    );
    const client = await memberClient(home, 'ana');
    await expect(client.view('f'.repeat(32))).rejects.toThrow(refusedWith('RUN_NOT_FOUND'));
  });

  it('tells COORDINATOR_UNREACHABLE when nobody listens', async () => {
    const client = new GatewayClient({ url: 'http://127.0.0.1:9/', token: 'x'.repeat(32) });
    await expect(client.federation()).rejects.toThrow(refusedWith('COORDINATOR_UNREACHABLE'));
  });
});

describe('faults of processes', () => {
  let home = '';
  let federation: FederationProcess;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-faults-'));
    federation = await FederationProcess.start({ folder: DEMO, home, lab: false });
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('pushes every round and ends; a cancelled run ends with RUN_CANCELLED', async () => {
    const client = await memberClient(home, 'ana');
    const started = await client.submit(COX, 'test');
    const rounds: number[] = [];
    for await (const view of client.follow(started.run)) rounds.push(view.round);
    expect(Math.max(...rounds)).toBeGreaterThan(4);
    process.kill(federation.pid('hospital:south'), 'SIGSTOP');
    const waiting = await client.submit(demoPlan('count', {}, threshold(41)), 'test');
    expect((await client.cancel(waiting.run)).error?.code).toBe('RUN_CANCELLED');
    process.kill(federation.pid('hospital:south'), 'SIGCONT');
  });

  it('finishes a run although a hospital is killed in it, and counts nobody twice', async () => {
    const client = await memberClient(home, 'ana');
    const expected = await client.run(
      demoPlan('cox-regression', { event: 'rfs', covariates: ['nodes'], mode: 'stratified' }),
      'test'
    );
    const started = await client.submit(
      demoPlan(
        'cox-regression',
        { event: 'rfs', covariates: ['nodes'], mode: 'stratified' },
        threshold(0)
      ),
      'test'
    );
    await federation.killAndAwaitRestart('hospital:centre');
    let last = started;
    for await (const view of client.follow(started.run)) last = view;
    expect(last.state).toBe('released');
    expect(last.result?.values).toEqual(expected.result?.values);
  });

  it('finishes a run although the coordinator is killed in it', async () => {
    const client = await memberClient(home, 'ana');
    const expected = await client.run(COX, 'test');
    const started = await client.submit({ ...COX, ...threshold(1) }, 'test');
    await federation.killAndAwaitRestart('coordinator');
    let last = started;
    for await (const view of client.follow(started.run)) last = view;
    expect(last.state).toBe('released');
    expect(last.result?.values).toEqual(expected.result?.values);
  });
});

describe('supervisor', () => {
  it('has services that end by themselves when they are asked to', async () => {
    const home = await mkdtemp(join(tmpdir(), 'wardbook-ends-'));
    const federation = await FederationProcess.start({ folder: DEMO, home, lab: existsSync(LAB) });
    const names = ['coordinator', 'hospital:north', ...(existsSync(LAB) ? ['lab'] : [])];
    for (const name of names) process.kill(federation.pid(name), 'SIGTERM');
    const ended = () =>
      names.filter(name => federation.log.some(line => line.startsWith(`${name} ended (0)`)));
    await expect.poll(ended, { timeout: 20_000 }).toEqual(names);
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('leaves no process behind when it is killed', async () => {
    const home = await mkdtemp(join(tmpdir(), 'wardbook-supervisor-'));
    const federation = await FederationProcess.start({ folder: DEMO, home, lab: false });
    const pids = ['coordinator', 'hospital:north', 'hospital:south'].map(name =>
      federation.pid(name)
    );
    await federation.kill();
    const alive = () =>
      pids.filter(pid => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      });
    await expect.poll(alive, { timeout: 10_000 }).toEqual([]);
    await rm(home, { recursive: true, force: true });
  });
});
