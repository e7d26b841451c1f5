import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memberClient } from '@wardbook/cli';
import { readAudit } from '@wardbook/hospital';
import { demoPlan, startFederationInProcess } from '@wardbook/testbed';
import Database from 'libsql';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const CLI = fileURLToPath(new URL('../../server/cli/dist/main.js', import.meta.url));
const QUESTION = {
  cohort: { and: [{ variable: 'age', ge: 50 }, { not: { variable: 'size', eq: 'gt50' } }] }
};

interface Printed {
  readonly exitCode: number;
  readonly lines: string[];
  readonly stderr: string;
}

describe('wardbook audit', () => {
  let folder = '';
  let home = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-audit-'));
    const federation = await startFederationInProcess({
      folder: DEMO,
      home: join(folder, 'whole')
    });
    const client = await memberClient(federation.home, 'ana');
    for (const by of ['size', 'meno'])
      expect((await client.run(demoPlan('count', { by }, QUESTION), 'test')).state).toBe(
        'released'
      );
    expect(
      (
        await client.run(
          demoPlan('count', { by: 'size' }, { cohort: { variable: 'age', gt: 99 } }),
          'test'
        )
      ).state
    ).toBe('refused');
    // The first refusal ends the run; the others are still written.
    for (const id of ['north', 'centre', 'south'])
      await vi.waitFor(() =>
        expect(readAudit(join(folder, 'whole', 'hospitals', id, 'state')).length).toBe(5)
      );
    await federation[Symbol.asyncDispose]();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    home = await mkdtemp(join(folder, 'home-'));
    await cp(join(folder, 'whole'), home, { recursive: true });
  });

  const audit = (...args: string[]) =>
    new Promise<Printed>(resolve => {
      execFile(
        process.execPath,
        [CLI, 'audit', ...args, '--home', home],
        (failure, stdout, stderr) =>
          resolve({
            exitCode: failure ? Number(failure.code) : 0,
            lines: stdout.trimEnd().split('\n'),
            stderr
          })
      );
    });
  const change = (place: string, sql: string) => {
    const database = new Database(join(home, place));
    database.exec(sql);
    database.close();
  };
  const NORTH = 'hospitals/north/state/hospital.db';
  const ONE_ROUND = '(SELECT run FROM jobs GROUP BY run ORDER BY run LIMIT 1)';

  it('verifies whole logs: chain, stored answers and the heads that releases quote', async () => {
    const { exitCode, lines } = await audit('verify');
    expect(exitCode).toBe(0);
    expect(lines).toContain('north: 5 records, unbroken and signed');
    expect(lines).toContain(
      "north: one record for each of 5 stored answers; 2 heads that the coordinator's releases quote"
    );
    expect(lines).toContain('gbsg: no records, and no answer that would need one');
  });

  it.each([
    ['emptied', 'DELETE FROM audit', 'answer without a record'],
    ['cut', 'DELETE FROM audit WHERE sequence > 2', 'answer without a record'],
    ['emptied with its answers', 'DELETE FROM audit; DELETE FROM jobs', 'quoted head is missing'],
    ['without an answer', `DELETE FROM jobs WHERE run = ${ONE_ROUND}`, 'record without its answer'],
    ['of other answers', "UPDATE jobs SET answer = x'00' WHERE round = 0", 'answer differs'],
    ['no log', 'DROP TABLE audit', 'unreadable']
  ])(
    'names the hospital whose log is %s, and checks the others: AUDIT_BROKEN_CHAIN',
    async (_, sql, reason) => {
      change(NORTH, sql);
      const { exitCode, lines, stderr } = await audit('verify');
      expect(exitCode).toBe(2);
      expect(lines.find(line => line.startsWith('north: BROKEN'))).toContain(reason);
      expect(lines).toContain('centre: 5 records, unbroken and signed');
      expect(lines).toContain('south: 5 records, unbroken and signed');
      expect(stderr).toContain('AUDIT_BROKEN_CHAIN');
      expect(stderr).toContain('["north"]');
    }
  );

  it('finds a file that is gone, and says so in JSON', async () => {
    await rm(join(home, NORTH));
    const { exitCode, lines } = await audit('verify', '--json');
    expect(exitCode).toBe(2);
    const events = lines.map(line => JSON.parse(line) as Record<string, unknown>);
    expect(events).toContainEqual({
      event: 'broken',
      hospital: 'north',
      code: 'AUDIT_BROKEN_CHAIN',
      sequence: 1,
      reason: 'unreadable'
    });
    expect(events).toContainEqual({
      event: 'verified',
      hospital: 'south',
      records: 5,
      answers: 5,
      heads: 2
    });
  });

  it('looks for a quoted record in all logs, or in the one that is named', async () => {
    const { lines } = await audit('report', '--json');
    expect(lines.length).toBe(15);
    const database = new Database(join(home, NORTH), { readonly: true });
    const { hash } = database.prepare('SELECT hash FROM audit LIMIT 1').get() as { hash: string };
    database.close();
    expect((await audit('verify', '--head', hash)).exitCode).toBe(0);
    expect((await audit('verify', '--head', hash, '--hospital', 'south')).exitCode).toBe(2);
  });

  it('reports what was asked: analysis, parameters, cohort, hospitals', async () => {
    const { lines } = await audit('report', '--hospital', 'north');
    expect(lines).toContain(
      '    count with by: size; of patients with age >= 50 and not (size = gt50); pooled over centre, north, south'
    );
    const json = await audit('report', '--hospital', 'north', '--json');
    expect(JSON.parse(json.lines[0] ?? '')).toMatchObject({
      hospital: 'north',
      plan: demoPlan('count', { by: 'size' }, QUESTION)
    });
  });
});
