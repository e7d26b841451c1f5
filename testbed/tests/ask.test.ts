import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CoxValues, KaplanMeierValues } from '@wardbook/analyses';
import { readAudit } from '@wardbook/hospital';
import { FederationProcess, ask, demoPlan } from '@wardbook/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const COVARIATES = ['age', 'meno', 'size', 'grade', 'nodes', 'hormon'];
/** `two_hundred()` of the R references: 66, 103 and 31 patients. */
const TWO_HUNDRED = {
  and: [
    { variable: 'age', between: [60, 65] },
    { variable: 'size', eq: 'le20' }
  ]
};

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

/** Numbers of a curve under the names of the references. */
function curveNumbers(values: KaplanMeierValues, prefix = ''): Map<string, number> {
  const found = new Map<string, number>();
  const set = (name: string, level: string | null, value: number | null | undefined) =>
    found.set(`${prefix}${name}${level === null ? '' : ` ${level}`}`, value ?? Number.NaN);
  for (const group of values.groups) {
    const { level, curve, restrictedMean } = group;
    set('n', level, group.n);
    set('events', level, group.events);
    set('median', level, group.medianDays);
    set('median lower', level, group.medianLowerDays);
    set('median upper', level, group.medianUpperDays);
    set('restricted mean', level, restrictedMean.valueDays);
    set('restricted mean se', level, restrictedMean.seDays);
    for (const years of [1, 5]) {
      const cell = curve.timeDays.findLastIndex(end => end <= years * 365.25);
      set(`survival ${years}y`, level, curve.survival[cell]);
      set(`lower ${years}y`, level, curve.lower[cell]);
      set(`upper ${years}y`, level, curve.upper[cell]);
      set(`at risk ${years}y`, level, curve.atRisk[cell + 1]);
    }
  }
  if (values.logRank !== null) {
    set('log-rank chi-squared', null, values.logRank.chiSquared);
    set('log-rank p', null, values.logRank.p);
  }
  return found;
}

function expectClose(actual: ReadonlyMap<string, number>, expected: readonly Reference[]): void {
  for (const { name, value, tolerance } of expected) {
    const distance = Math.abs((actual.get(name) ?? Number.NaN) - value);
    expect(distance, name).toBeLessThanOrEqual(tolerance * Math.abs(value));
  }
}

function expectModel(
  { coefficients }: CoxValues,
  expected: ReadonlyMap<string, Reference>,
  prefix: string
): void {
  for (const { variable, level, estimate } of coefficients) {
    const name = level === null ? variable : `${variable} ${level}`;
    const coefficient = expected.get(`${prefix} coefficient ${name}`)?.value ?? Number.NaN;
    const se = expected.get(`${prefix} se ${name}`)?.value ?? Number.NaN;
    const distance = Math.abs((estimate?.coefficient ?? Number.NaN) - coefficient);
    expect(distance, name).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(coefficient), se));
    expect(Math.abs((estimate?.standardError ?? Number.NaN) / se - 1), name).toBeLessThanOrEqual(
      1e-8
    );
  }
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
    const plan = demoPlan('kaplan-meier', { event: 'rfs', by: 'size', mode: 'grid' });
    const { result } = await ask(home, plan);
    const actual = curveNumbers(result?.values as unknown as KaplanMeierValues);
    const compared = [...expected.values()].filter(({ name }) => !/^(exact|200) /.test(name));
    expect(compared).toHaveLength(47);
    expectClose(actual, compared);
  });

  it('gives the curve of R for 200 patients over the three hospitals', async () => {
    const expected = await references('kaplan-meier');
    const plan = demoPlan('kaplan-meier', { event: 'rfs', mode: 'grid' }, { cohort: TWO_HUNDRED });
    const { result } = await ask(home, plan);
    const values = result?.values as unknown as KaplanMeierValues;
    const compared = [...expected.values()].filter(({ name }) => name.startsWith('200 '));
    expect(compared).toHaveLength(10);
    expectClose(curveNumbers(values, '200 '), compared);
    expect(values.leftOut).toBe(0);
  });

  it.each(['grid', 'stratified'])('gives the Cox model of R, mode %s', async mode => {
    const expected = await references('cox-regression');
    const plan = demoPlan('cox-regression', { event: 'rfs', covariates: COVARIATES, mode });
    const { result } = await ask(home, plan);
    const values = result?.values as unknown as CoxValues;
    expect(values.coefficients).toHaveLength(7);
    expectModel(values, expected, mode);
  });

  it.each(['grid', 'stratified'])(
    'gives the Cox model of R for 200 patients over the three hospitals, mode %s',
    async mode => {
      const expected = await references('cox-regression');
      const parameters = { event: 'rfs', covariates: ['age', 'grade', 'nodes'], mode };
      const { result } = await ask(
        home,
        demoPlan('cox-regression', parameters, { cohort: TWO_HUNDRED })
      );
      const values = result?.values as unknown as CoxValues;
      expect([values.n, values.events, values.coefficients.length]).toEqual([200, 78, 3]);
      expectModel(values, expected, `200 ${mode}`);
    }
  );

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

  it('says the same of one person with an outcome, without it, and of nobody', async () => {
    // Patient 1 of the centre, known by five values to whoever asks; the last one is made up.
    const outcome = async (age: number, rfs: boolean) => {
      const known = { age, year: 1992, pgr: 35, er: 291, rfs };
      const and = Object.entries(known).map(([variable, eq]) => ({ variable, eq }));
      const plan = demoPlan('count', {}, { cohort: { and } });
      const { exitCode, error } = await ask(home, plan);
      return { exitCode, code: error?.code, limits: Object.keys(error?.limits ?? {}) };
    };
    const told = [await outcome(74, false), await outcome(74, true), await outcome(73, true)];
    expect(told[0]).toMatchObject({ exitCode: 3, code: 'GUARD_TOO_FEW' });
    expect(new Set(told.map(each => JSON.stringify(each))).size).toBe(1);
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

  it('cancels its run when it is interrupted: RUN_CANCELLED', async () => {
    process.kill(federation.pid('hospital:south'), 'SIGSTOP');
    const plan = demoPlan('count', {}, { cohort: { variable: 'age', ge: 33 } });
    const { error, exitCode, stderr } = await ask(home, plan, 'ana', command => {
      // The command says how to stop it when it has to wait.
      command.stderr?.once('data', () => command.kill('SIGINT'));
    });
    process.kill(federation.pid('hospital:south'), 'SIGCONT');
    expect([error?.code, exitCode]).toEqual(['RUN_CANCELLED', 3]);
    expect(stderr).toMatch(/^run [0-9a-f]{32}: waiting for the hospitals, Ctrl-C cancels it\n/);
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
