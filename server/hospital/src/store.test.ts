import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, signWith, verifyWith } from '@wardbook/masking';
import type { Charter, Hash } from '@wardbook/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyAudit, type AuditRecord } from './audit.js';
import { pinCharter } from './charter-pin.js';
import { HospitalStore, type StoredJob } from './store.js';

const RUN = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const hash = 'c'.repeat(64) as Hash;
const record = (run: string, at = '2026-01-01T00:00:00.000Z'): AuditRecord => ({
  at,
  event: 'contribution',
  run,
  round: 0,
  planHash: hash,
  requester: 'ana',
  purpose: 'test',
  analysis: 'count',
  rules: [],
  evidenceHash: null,
  bytesOutHash: null,
  bytesOut: 0,
  code: null
});
const job = (answer: number): StoredJob => ({
  requestHash: 'r',
  state: '{}',
  context: hash,
  transcript: hash,
  snapshot: hash,
  answer: Uint8Array.of(answer)
});

describe('store of a hospital', () => {
  const keys = createSigningKey();
  let home = '';
  let store: HospitalStore;
  const open = () => new HospitalStore(home, signWith(keys.privateKey));
  const finish = (run: string, round = 0, answer = 1) =>
    store.finishJob({ run, round, nonce: `n-${run}` }, record(run), () => job(answer));
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'wardbook-store-'));
    store = open();
  });
  afterEach(() => {
    store.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('gives an answer again after a restart, byte by byte', () => {
    finish(RUN, 0, 7);
    store.close();
    store = open();
    expect(store.job(RUN, 0)?.answer).toEqual(Uint8Array.of(7));
    expect(store.isNonceUsed(`n-${RUN}`, OTHER)).toBe(true);
    expect(store.isNonceUsed(`n-${RUN}`, RUN)).toBe(false);
  });

  it('keeps neither answer nor audit record when one of them cannot be written', () => {
    finish(RUN);
    expect(() => finish(RUN)).toThrow();
    expect(() =>
      store.finishJob({ run: OTHER, round: 0, nonce: 'n' }, record(OTHER), () => {
        throw new Error('no frame');
      })
    ).toThrow('no frame');
    expect(store.job(OTHER, 0)).toBeNull();
    finish(OTHER);
    expect(verifyAudit(store.audit(), verifyWith(keys.publicKey))).toBe(2);
  });

  it('forgets the working states of runs that are not open any more, never their answers', () => {
    finish(RUN);
    finish(OTHER);
    store.close();
    store = open();
    store.keepOnly([OTHER]);
    finish('d'.repeat(32));
    expect(store.job(RUN, 0)).toMatchObject({ state: null, answer: Uint8Array.of(1) });
    expect(store.job(OTHER, 0)).toMatchObject({ state: '{}' });
  });

  it('works under a newer charter and never again under an older or another one: CHARTER_INVALID', () => {
    const charter = (version: number, title: string) => ({ version, title }) as unknown as Charter;
    const refused = expect.objectContaining({ code: 'CHARTER_INVALID' }) as Error;
    pinCharter(store, charter(1, 'first'));
    pinCharter(store, charter(1, 'first'));
    expect(() => pinCharter(store, charter(1, 'other'))).toThrow(refused);
    pinCharter(store, charter(2, 'second'));
    expect(() => pinCharter(store, charter(1, 'first'))).toThrow(refused);
    expect(() => pinCharter(store, charter(2, 'third'))).toThrow(refused);
    pinCharter(store, charter(2, 'second'));
  });
});
