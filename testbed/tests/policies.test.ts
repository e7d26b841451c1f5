import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memberClient } from '@wardbook/cli';
import { readAudit, verifyAudit } from '@wardbook/hospital';
import { verifyWith } from '@wardbook/masking';
import { Release, decodeFrame } from '@wardbook/protocol';
import { demoPlan, startFederationInProcess, type FederationInProcess } from '@wardbook/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
// 304 patients have tumours of more than 50 mm: shown with k = 11, too few with k = 400.
const EVERYBODY = { cohort: { variable: 'age', ge: 1 } };

describe('policies, proofs and waiting', () => {
  let home = '';
  let federation: FederationInProcess;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-policies-'));
    federation = await startFederationInProcess({ folder: DEMO, home });
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });
  const ask = async (plan: unknown) =>
    (await memberClient(home, 'ana')).submit(plan, 'test', 5_000);

  async function releasesOf(run: string): Promise<{ hospital: string; frame: string }[]> {
    const { token } = JSON.parse(await readFile(join(home, 'members', 'ana.json'), 'utf8')) as {
      token: string;
    };
    const answer = await fetch(new URL(`v1/runs/${run}/releases`, federation.coordinator.url), {
      headers: { authorization: `Bearer ${token}` }
    });
    return (await answer.json()) as { hospital: string; frame: string }[];
  }

  async function tighten(id: string, change: (policy: Record<string, unknown>) => void) {
    const file = join(home, 'hospitals', id, 'policy.json');
    const before = await readFile(file, 'utf8');
    const policy = JSON.parse(before) as Record<string, unknown>;
    change(policy);
    await federation.stopHospital(id);
    await writeFile(file, JSON.stringify(policy));
    await federation.startHospital(id);
    return async () => {
      await federation.stopHospital(id);
      await writeFile(file, before);
      await federation.startHospital(id);
    };
  }

  it('gives proofs with a result: releases that the hospitals signed, records in their logs', async () => {
    const { run, result } = await ask(demoPlan('count', { by: 'size' }));
    const client = await memberClient(home, 'ana');
    const { charter } = await client.study('breast-relapse');
    const releases = await releasesOf(run);
    expect(releases.map(({ hospital }) => hospital)).toEqual(['centre', 'north', 'south']);
    for (const { hospital, frame } of releases) {
      const { payload, signed, signature } = decodeFrame(Buffer.from(frame, 'base64'));
      const key = charter.hospitals.find(({ id }) => id === hospital)?.signingKey ?? '';
      expect(verifyWith(key)(signed, signature)).toBe(true);
      expect(JSON.parse(Release.parse(payload).values)).toEqual(result?.values);
    }
    for (const { id, auditHead } of result?.provenance.hospitals ?? []) {
      const key = charter.hospitals.find(hospital => hospital.id === id)?.signingKey ?? '';
      const entries = readAudit(join(home, 'hospitals', id, 'state'));
      expect(verifyAudit(entries, verifyWith(key), auditHead)).toBe(entries.length);
      expect(() => verifyAudit(entries.slice(0, -1), verifyWith(key), auditHead)).toThrow(
        expect.objectContaining({ code: 'AUDIT_BROKEN_CHAIN' }) as Error
      );
    }
  });

  it('says what left: labels of the blocks, numbers a round, rounds', async () => {
    const count = await ask(demoPlan('count', { by: 'size' }));
    expect(count.result?.egress).toEqual([
      {
        label: { en: 'patients, in all and per group', fr: 'patients, au total et par groupe' },
        values: 5,
        rounds: 1,
        summed: true
      }
    ]);
    const cox = await ask(
      demoPlan('cox-regression', { event: 'rfs', covariates: ['nodes'], mode: 'stratified' })
    );
    const score = cox.result?.egress.find(({ label }) => label.fr === 'score (gradient)');
    expect(score).toMatchObject({ values: 1, rounds: (cox.result?.provenance.rounds ?? 0) - 1 });
    const alone = await ask(
      demoPlan('count', { by: 'size' }, { hospitals: ['gbsg'], scope: 'per-hospital' })
    );
    expect(alone.result?.egress).toMatchObject([{ values: 4, rounds: 1, summed: false }]);
  });

  it('refuses by the rules of the strictest hospital, and says so in its log: GUARD_TOO_FEW', async () => {
    const plan = demoPlan('count', { by: 'size' }, EVERYBODY);
    expect((await ask(plan)).state).toBe('released');
    const loosen = await tighten('north', policy => (policy['k'] = 400));
    const refused = await ask(plan);
    expect(refused).toMatchObject({ state: 'refused', error: { code: 'GUARD_TOO_FEW' } });
    const entry = readAudit(join(home, 'hospitals', 'north', 'state')).at(-1);
    expect(JSON.parse(entry?.record ?? '{}')).toMatchObject({
      event: 'refusal',
      code: 'GUARD_TOO_FEW',
      evidenceHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string
    });
    expect(entry?.record).toContain('"pass":false');
    await loosen();
    // The policy of before again, so the result of before again.
    expect(await ask(plan)).toMatchObject({ state: 'released', stored: true });
  });

  it('answers when the wait is over although a hospital is gone', async () => {
    await federation.stopHospital('south');
    const client = await memberClient(home, 'ana');
    const from = performance.now();
    const view = await client.submit(demoPlan('count', { by: 'meno' }), 'test', 300);
    expect(view).toMatchObject({ state: 'waiting', error: { code: 'HOSPITAL_LOST' } });
    expect(performance.now() - from).toBeLessThan(10_000);
    await federation.startHospital('south');
    let last = view;
    for await (const next of client.follow(view.run)) last = next;
    expect(last.state).toBe('released');
  });

  it('lives on after requests that are no requests', async () => {
    const { port } = new URL(federation.coordinator.url);
    for (const line of ['GET // HTTP/1.1', 'GET http:// HTTP/1.1', 'GET /v1/hospital HTTP/1.1']) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(
        `${line}\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`
      );
      socket.resetAndDestroy();
    }
    expect((await ask(demoPlan('count', { by: 'hormon' }))).state).toBe('released');
  });
});
