import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAudit, startHospital, verifyAudit } from '@wardbook/hospital';
import { createSigningKey, signWith, verifyWith } from '@wardbook/masking';
import {
  encodeFrame,
  planHash,
  requestBytes,
  type Contribution,
  type HospitalMessage
} from '@wardbook/protocol';
import { FederationProcess, LyingCoordinator, demoPlan } from '@wardbook/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const THREE = ['centre', 'north', 'south'];
const COUNT = demoPlan('count', { by: 'size' });

function contributionOf(message: HospitalMessage): Contribution {
  if (message.type !== 'contribution')
    throw new Error(`expected a contribution, got ${JSON.stringify(message)}`);
  return message;
}

const codeOf = (message: HospitalMessage) =>
  message.type === 'refusal' ? message.code : message.type;

describe('hospitals under a lying coordinator', () => {
  let home = '';
  let liar: LyingCoordinator;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-liar-'));
    await (
      await FederationProcess.start({ folder: DEMO, home, lab: false })
    )[Symbol.asyncDispose]();
    liar = await LyingCoordinator.over(home, [...THREE, 'gbsg']);
  });
  afterAll(async () => {
    await liar[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('follow an honest round to a release that all of them sign alike', async () => {
    const job = await liar.job(COUNT);
    const answers = await Promise.all(THREE.map(id => liar.ask(id, job)));
    expect(new Set(answers.map(({ message }) => contributionOf(message).context)).size).toBe(1);
    const next = { ...job, round: 1, contributions: answers.map(({ frame }) => frame) };
    const releases = await Promise.all(THREE.map(id => liar.ask(id, next)));
    const values = releases.map(({ message }) =>
      message.type === 'release' ? message.values : ''
    );
    expect(new Set(values)).toEqual(new Set([values[0]]));
    expect(JSON.parse(values[0] ?? '')).toMatchObject({ n: 2982 });
  });

  it('answer a job twice with the same bytes, also after a restart, and never with two different ones', async () => {
    const job = await liar.job(COUNT);
    const first = await liar.ask('north', job);
    expect(Buffer.compare((await liar.ask('north', job)).frame, first.frame)).toBe(0);
    await liar.restart('north');
    expect(Buffer.compare((await liar.ask('north', job)).frame, first.frame)).toBe(0);
    const other = { ...(await liar.job(demoPlan('count', { by: 'grade' }))), run: job.run };
    expect(codeOf((await liar.ask('north', other)).message)).toBe('MASKING_CONTEXT');
  });

  it('refuse a plan nobody of the study signed, a foreign member, a stale and a replayed request', async () => {
    const job = await liar.job(COUNT);
    const forged = { ...job, request: { ...job.request, signature: '0'.repeat(128) } };
    expect(codeOf((await liar.ask('north', forged)).message)).toBe('AUTH_BAD_SIGNATURE');
    const foreign = await liar.job(COUNT);
    const stranger = {
      ...foreign,
      request: { ...foreign.request, requester: 'mallory' as typeof foreign.request.requester }
    };
    expect(codeOf((await liar.ask('north', stranger)).message)).toBe('AUTH_NOT_MEMBER');
    const swapped = {
      ...(await liar.job(COUNT)),
      plan: (await liar.job(demoPlan('count', { by: 'grade' }))).plan
    };
    expect(codeOf((await liar.ask('north', swapped)).message)).toBe('AUTH_BAD_SIGNATURE');
    const used = await liar.job(COUNT);
    await liar.ask('north', used);
    const again = { ...(await liar.job(COUNT)), request: used.request };
    expect(codeOf((await liar.ask('north', again)).message)).toBe('AUTH_REQUEST_STALE');
    const keys = JSON.parse(await readFile(join(home, 'members', 'ana.json'), 'utf8')) as {
      signing: { privateKey: string };
    };
    const old = {
      ...used.request,
      issuedAt: '2020-01-01T00:00:00.000Z',
      planHash: planHash(used.plan)
    };
    const signature = Buffer.from(signWith(keys.signing.privateKey)(requestBytes(old))).toString(
      'hex'
    );
    const stale = { ...(await liar.job(COUNT)), request: { ...old, signature } };
    expect(codeOf((await liar.ask('north', stale)).message)).toBe('AUTH_REQUEST_STALE');
  });

  it('refuse other participants than the plan names, and another charter', async () => {
    const job = await liar.job(COUNT);
    const fewer = { ...job, participants: job.participants.slice(1) };
    expect(codeOf((await liar.ask('north', fewer)).message)).toBe('MASKING_CONTEXT');
    const charter = {
      ...(await liar.job(COUNT)),
      charterHash: 'f'.repeat(64) as typeof job.charterHash
    };
    expect(codeOf((await liar.ask('north', charter)).message)).toBe('CHARTER_INVALID');
    const unknown = await liar.job(
      demoPlan('count', {}, { hospitals: ['centre', 'north', 'nowhere'] })
    );
    expect(codeOf((await liar.ask('north', unknown)).message)).toBe('HOSPITAL_UNKNOWN');
  });

  it('refuse a sum whose contributions were changed, forged, swapped, left out or taken from another run', async () => {
    const open = async () => {
      const job = await liar.job(COUNT);
      const frames = (await Promise.all(THREE.map(id => liar.ask(id, job)))).map(
        ({ frame }) => frame
      );
      return { job, frames };
    };
    const ask = async (job: Awaited<ReturnType<typeof open>>['job'], contributions: Uint8Array[]) =>
      codeOf((await liar.ask('north', { ...job, round: 1, contributions })).message);
    const flipped = await open();
    const [first = new Uint8Array(), ...rest] = flipped.frames;
    const changed = Uint8Array.from(first);
    changed[100] = (changed[100] ?? 0) ^ 1;
    expect(await ask(flipped.job, [changed, ...rest])).toBe('AUTH_BAD_SIGNATURE');
    const swapped = await open();
    expect(await ask(swapped.job, [...swapped.frames].reverse())).toBe('AUTH_BAD_SIGNATURE');
    const short = await open();
    expect(await ask(short.job, short.frames.slice(1))).toBe('MASKING_CONTEXT');
    const earlier = await open();
    const later = await open();
    expect(
      await ask(later.job, [earlier.frames[0] ?? new Uint8Array(), ...later.frames.slice(1)])
    ).toBe('MASKING_CONTEXT');
    const own = createSigningKey();
    const made = await open();
    const forged = encodeFrame({ type: 'contribution' }, signWith(own.privateKey));
    expect(await ask(made.job, [forged, ...made.frames.slice(1)])).toBe('AUTH_BAD_SIGNATURE');
    const skipped = await open();
    expect(
      codeOf(
        (await liar.ask('north', { ...skipped.job, round: 2, contributions: skipped.frames }))
          .message
      )
    ).toBe('MASKING_CONTEXT');
  });

  it('tell HOSPITAL_INTERNAL and nothing else of a fault inside', async () => {
    const job = await liar.job(COUNT);
    // A state that this version never writes: the analysis fails on it.
    const first = await Promise.all(THREE.map(id => liar.ask(id, job)));
    liar.corruptState('north', job.run);
    await liar.restart('north');
    const next = { ...job, round: 1, contributions: first.map(({ frame }) => frame) };
    const { message } = await liar.ask('north', next);
    expect(message).toMatchObject({ type: 'refusal', code: 'HOSPITAL_INTERNAL', limits: {} });
  });

  it('refuse with GUARD_SHAPE, PROTOCOL_BAD_FRAME and the like nothing that a value could travel in', async () => {
    const five = {
      and: [
        { variable: 'age', ge: 88 },
        { variable: 'nodes', ge: 4 }
      ]
    };
    const { message } = await liar.ask(
      'centre',
      await liar.job(demoPlan('count', {}, { cohort: five }))
    );
    if (message.type === 'refusal')
      expect(
        Object.keys(message.limits).every(name => ['k', 'hospitalCohort'].includes(name))
      ).toBe(true);
    liar.sendRaw('centre', Buffer.from('not a frame'));
    await liar.restart('centre');
    expect(codeOf((await liar.ask('centre', await liar.job(COUNT))).message)).toBe('contribution');
  });

  it('refuse to go on with HOSPITAL_SNAPSHOT_CHANGED when the data changed during a run', async () => {
    const job = await liar.job(COUNT);
    const frames = (await Promise.all(THREE.map(id => liar.ask(id, job)))).map(
      ({ frame }) => frame
    );
    const file = join(home, 'hospitals', 'south', 'hospital.json');
    const config = JSON.parse(await readFile(file, 'utf8')) as { data: { file: string } };
    const changed = join(home, 'south-later.csv');
    const lines = (await readFile(config.data.file, 'utf8')).trimEnd().split('\n');
    await writeFile(changed, `${lines.slice(0, -1).join('\n')}\n`);
    await writeFile(file, JSON.stringify({ ...config, data: { ...config.data, file: changed } }));
    await liar.restart('south');
    expect(
      codeOf((await liar.ask('south', { ...job, round: 1, contributions: frames })).message)
    ).toBe('HOSPITAL_SNAPSHOT_CHANGED');
  });

  it('keep a log in which a changed, deleted, cut or reordered record is found: AUDIT_BROKEN_CHAIN', () => {
    const entries = readAudit(join(home, 'hospitals', 'north', 'state'));
    const key = liar.charter.hospitals.find(({ id }) => id === 'north')?.signingKey ?? '';
    const verify = verifyWith(key);
    expect(verifyAudit(entries, verify)).toBe(entries.length);
    const broken = expect.objectContaining({ code: 'AUDIT_BROKEN_CHAIN' }) as Error;
    const edited = entries.map((entry, i) =>
      i === 2 ? { ...entry, record: entry.record.replace('count', 'other') } : entry
    );
    expect(() => verifyAudit(edited, verify)).toThrow(broken);
    expect(() =>
      verifyAudit(
        entries.filter((_, i) => i !== 2),
        verify
      )
    ).toThrow(broken);
    expect(() => verifyAudit([...entries].reverse(), verify)).toThrow(broken);
    expect(() => verifyAudit(entries.slice(0, -1), verify, entries.at(-1)?.hash)).toThrow(broken);
    expect(() => verifyAudit(entries, verifyWith(createSigningKey().publicKey))).toThrow(broken);
  });

  it('do not start on wrong files: CONFIG_INVALID, CHARTER_INVALID, DATA_UNREADABLE, DATA_INVALID, MAPPING_INVALID', async () => {
    const folder = join(home, 'hospitals', 'gbsg');
    const config = JSON.parse(await readFile(join(folder, 'hospital.json'), 'utf8')) as {
      data: { mapping: Record<string, unknown> };
    };
    const start = async (changes: Record<string, unknown>) => {
      const file = join(folder, 'wrong.json');
      await writeFile(file, JSON.stringify({ ...config, home: join(home, 'wrong'), ...changes }));
      return startHospital(file).then(
        () => 'started',
        (error: { code?: string }) => error.code ?? String(error)
      );
    };
    expect(await start({ extra: 1 })).toBe('CONFIG_INVALID');
    expect(await start({ keys: join(home, 'hospitals', 'north', 'keys.json') })).toBe(
      'CHARTER_INVALID'
    );
    expect(await start({ data: { ...config.data, file: 'nowhere.csv' } })).toBe('DATA_UNREADABLE');
    expect(await start({ data: { ...config.data, person: 'name' } })).toBe('DATA_UNREADABLE');
    expect(
      await start({
        data: { ...config.data, mapping: { ...config.data.mapping, unknown: { absent: true } } }
      })
    ).toBe('MAPPING_INVALID');
    const empty = join(home, 'no-person.csv');
    await writeFile(empty, 'pid,age\n,50\n');
    expect(
      await start({
        data: { file: empty, format: 'csv', person: 'pid', mapping: { age: { column: 'age' } } }
      })
    ).toBe('DATA_INVALID');
  });
});
