import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAudit } from '@wardbook/hospital';
import { FederationProcess, ask, demoPlan } from '@wardbook/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const COVARIATES = ['age', 'meno', 'size', 'grade', 'nodes', 'hormon'];

interface Reference {
  readonly name: string;
  readonly value: number;
  readonly tolerance: number;
}

async function references(id: string): Promise<Map<string, Reference>> {
  const file = new URL(`../../analyses/src/${id}/reference.json`, import.meta.url);
  const entries = JSON.parse(await readFile(file, 'utf8')) as Reference[];
  return new Map(entries.map(entry => [entry.name, entry]));
}

describe('wardbook ask over three hospital processes', () => {
  let home = '';
  let federation: FederationProcess;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-ask-'));
    federation = await FederationProcess.start({ folder: DEMO, home, lab: false });
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });
  const auditLengths = () =>
    federation.ready.hospitals.map(id => readAudit(join(home, 'hospitals', id, 'state')).length);

  it('counts the patients of three hospitals', async () => {
    const { result, exitCode } = await ask(home, demoPlan('count', { by: 'size' }));
    expect(exitCode).toBe(0);
    expect(result?.values['rows']).toEqual([
      { level: 'le20', n: 1387 },
      { level: '20to50', n: 1291 },
      { level: 'gt50', n: 304 }
    ]);
    expect(result?.provenance).toMatchObject({ asked: 3, answered: 3, masked: true, k: 11 });
  });

  it('gives the Kaplan–Meier curve of R on the same gridded times', async () => {
    const expected = await references('kaplan-meier');
    const { result } = await ask(
      home,
      demoPlan('kaplan-meier', { event: 'rfs', by: 'size', mode: 'grid' })
    );
    const values = result?.values as {
      groups: { level: string; restrictedMean: { valueDays: number; seDays: number } }[];
      logRank: { chiSquared: number };
    };
    for (const { level, restrictedMean } of values.groups) {
      expect(
        Math.abs(
          restrictedMean.valueDays / (expected.get(`restricted mean ${level}`)?.value ?? 0) - 1
        )
      ).toBeLessThan(1e-9);
      expect(
        Math.abs(
          restrictedMean.seDays / (expected.get(`restricted mean se ${level}`)?.value ?? 0) - 1
        )
      ).toBeLessThan(1e-8);
    }
    expect(
      Math.abs(values.logRank.chiSquared / (expected.get('log-rank chi-squared')?.value ?? 0) - 1)
    ).toBeLessThan(1e-9);
  });

  it.each(['grid', 'stratified'])('gives the Cox model of R, mode %s', async mode => {
    const expected = await references('cox-regression');
    const { result } = await ask(
      home,
      demoPlan('cox-regression', { event: 'rfs', covariates: COVARIATES, mode })
    );
    const values = result?.values as {
      coefficients: {
        variable: string;
        level: string | null;
        estimate: { coefficient: number; standardError: number };
      }[];
    };
    expect(values.coefficients).toHaveLength(7);
    for (const { variable, level, estimate } of values.coefficients) {
      const name = level === null ? variable : `${variable} ${level}`;
      const coefficient = expected.get(`${mode} coefficient ${name}`)?.value ?? Number.NaN;
      const se = expected.get(`${mode} se ${name}`)?.value ?? Number.NaN;
      expect(Math.abs(estimate.coefficient - coefficient), name).toBeLessThanOrEqual(
        1e-9 * Math.max(Math.abs(coefficient), se)
      );
      expect(Math.abs(estimate.standardError / se - 1), name).toBeLessThanOrEqual(1e-8);
    }
  });

  it('lets the fourth hospital answer alone, rounded, and no other one', async () => {
    const alone = { hospitals: ['gbsg'], scope: 'per-hospital' };
    const { result } = await ask(home, demoPlan('count', { by: 'grade' }, alone));
    expect(result?.values['n']).toBe(685);
    const refused = await ask(
      home,
      demoPlan('count', {}, { hospitals: ['south'], scope: 'per-hospital' })
    );
    expect(refused).toMatchObject({ exitCode: 3, error: { code: 'GUARD_PER_HOSPITAL' } });
  });

  it('answers the same question on the same data from the store, and asks no hospital again', async () => {
    const plan = demoPlan('count', { by: 'grade' });
    const first = await ask(home, plan);
    const before = auditLengths();
    const second = await ask(home, plan);
    expect(second.result).toEqual(first.result);
    expect(auditLengths()).toEqual(before);
  });

  it('refuses a question about five patients with its code and what to do', async () => {
    const five = {
      and: [
        { variable: 'age', ge: 88 },
        { variable: 'nodes', ge: 4 }
      ]
    };
    const { exitCode, error, stderr } = await ask(home, demoPlan('count', {}, { cohort: five }));
    expect(exitCode).toBe(3);
    expect(error?.code).toBe('GUARD_TOO_FEW');
    expect(stderr).toContain('Merge categories or widen the cohort.');
  });

  it.each([
    ['PLAN_UNKNOWN_VARIABLE', demoPlan('count', { by: 'grad' })],
    ['PLAN_UNKNOWN_VARIABLE', demoPlan('count', {}, { cohort: { variable: 'pid', eq: 1 } })],
    [
      'PLAN_UNKNOWN_VARIABLE',
      demoPlan('count', { by: 'chemo' }, { hospitals: ['centre', 'gbsg', 'north'] })
    ],
    ['PLAN_UNKNOWN_LEVEL', demoPlan('count', {}, { cohort: { variable: 'size', eq: 'huge' } })],
    ['PLAN_WRONG_TYPE', demoPlan('count', { by: 'age' })],
    ['PLAN_UNKNOWN_ANALYSIS', demoPlan('mean', {})],
    ['PLAN_INVALID', { ...demoPlan('count', {}), extra: 1 }],
    ['PLAN_INVALID', demoPlan('count', { by: 'size', extra: 1 })],
    ['PLAN_INVALID', demoPlan('count', {}, { hospitals: ['south', 'north', 'centre'] })],
    ['PLAN_INVALID', '{ "protocol": 1, '],
    ['PLAN_SCOPE', demoPlan('count', {}, { hospitals: ['centre', 'north'] })],
    ['HOSPITAL_UNKNOWN', demoPlan('count', {}, { hospitals: ['centre', 'north', 'nowhere'] })],
    ['STUDY_UNKNOWN', { ...demoPlan('count', {}), study: 'other' }],
    ['GUARD_EXACT_TIMES', demoPlan('kaplan-meier', { event: 'rfs', mode: 'exact' })]
  ])('refuses with %s before any hospital is contacted', async (code, plan) => {
    const before = auditLengths();
    const { exitCode, error } = await ask(home, plan);
    expect(error?.code).toBe(code);
    expect(exitCode).toBe(3);
    expect(auditLengths()).toEqual(before);
  });

  it('refuses models and curves that are too fine for the cohort', async () => {
    const old = { variable: 'age', ge: 80 };
    const model = await ask(
      home,
      demoPlan(
        'cox-regression',
        { event: 'rfs', covariates: COVARIATES, mode: 'stratified' },
        { cohort: old }
      )
    );
    expect(model.error?.code).toBe('GUARD_MODEL_SIZE');
    const curve = await ask(
      home,
      demoPlan('kaplan-meier', { event: 'rfs', by: 'chemo', mode: 'grid' }, { cohort: old })
    );
    expect(['GUARD_SURVIVAL_GRID', 'GUARD_TOO_FEW']).toContain(curve.error?.code);
  });
});
