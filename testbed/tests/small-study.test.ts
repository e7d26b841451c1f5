import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Result } from '@wardbook/protocol';
import {
  demoPlan,
  memberClient,
  startFederationInProcess,
  type FederationInProcess,
  type TestClient
} from '@wardbook/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('../studies/hip-fracture', import.meta.url));
const COVARIATES = ['age', 'sex', 'frail'];
/** Women from 80 on and men from an age on: 12 men from 84, 9 from 86. */
const menFrom = (age: number) => ({
  cohort: {
    or: [
      { and: [of('sex', 'female'), { variable: 'age', ge: 80 }] },
      { and: [of('sex', 'male'), { variable: 'age', ge: age }] }
    ]
  }
});
const of = (variable: string, eq: string) => ({ variable, eq });

interface Curve {
  readonly level: string;
  readonly n: number;
  readonly events: number;
  readonly medianDays: number;
  readonly curve: Record<string, (number | null)[]>;
}
interface Coefficient {
  readonly variable: string;
  readonly level: string | null;
  readonly estimate: { readonly coefficient: number; readonly standardError: number };
}

/** Field of a curve → its name in R. */
const FIELDS = {
  timeDays: 'time',
  atRisk: 'n.risk',
  survival: 'surv',
  lower: 'lower',
  upper: 'upper'
};

describe('another study: 200 patients, three hospitals with columns of their own', () => {
  let home = '';
  let federation: FederationInProcess;
  let client: TestClient;
  const expected = new Map<string, number | null>();
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-small-'));
    federation = await startFederationInProcess({ folder: FOLDER, home });
    client = await memberClient(home, 'ines');
    const { entries } = JSON.parse(await readFile(join(FOLDER, 'reference.json'), 'utf8')) as {
      entries: { name: string; value: number | null }[];
    };
    for (const { name, value } of entries) expected.set(name, value);
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  const plan = (analysis: string, parameters: Record<string, unknown>, rest = {}) =>
    demoPlan(analysis, parameters, {
      study: 'hip-fracture',
      hospitals: ['harbour', 'hillside', 'lakeside'],
      ...rest
    });
  const close = (value: number | null | undefined, name: string, scale = 1e-9) => {
    const reference = expected.get(name);
    if (typeof reference !== 'number' || typeof value !== 'number')
      return expect([name, value ?? null]).toEqual([name, reference]);
    expect(Math.abs(value - reference), name).toBeLessThanOrEqual(
      scale * Math.max(1e-3, Math.abs(reference))
    );
  };

  it('counts what three differently written files say', async () => {
    const { result } = await client.run(plan('count', { by: 'sex' }));
    expect(result?.values).toMatchObject({
      n: 200,
      rows: [
        { level: 'female', n: 143 },
        { level: 'male', n: 57 }
      ]
    });
    expect(Result.safeParse(result).success).toBe(true);
    const table = await client.run(plan('describe', { variables: ['age', 'delay'], by: 'frail' }));
    expect(table.state).toBe('released');
  });

  it('gives the Kaplan–Meier curves of R, every cell of them', async () => {
    const view = await client.run(
      plan('kaplan-meier', { event: 'death', by: 'frail', mode: 'grid', interval: 'log-log' })
    );
    const { groups } = view.result?.values as { groups: Curve[] };
    expect(groups.map(({ level, n }) => [level, n])).toEqual([
      ['no', 101],
      ['yes', 99]
    ]);
    for (const { level, events, medianDays, curve } of groups) {
      close(events, `events ${level}`);
      close(medianDays, `median ${level}`);
      const cells = curve['timeDays']?.length ?? 0;
      expect(expected.has(`time ${level} ${cells}`)).toBe(true);
      expect(expected.has(`time ${level} ${cells + 1}`)).toBe(false);
      for (const [field, name] of Object.entries(FIELDS))
        for (let cell = 0; cell < cells; cell += 1)
          close(curve[field]?.[cell], `${name} ${level} ${cell + 1}`);
    }
  });

  it.each(['grid', 'stratified'])('gives the Cox model of R, mode %s', async mode => {
    const view = await client.run(
      plan('cox-regression', { event: 'death', covariates: COVARIATES, mode })
    );
    const { coefficients } = view.result?.values as { coefficients: Coefficient[] };
    expect(coefficients).toHaveLength(3);
    for (const { variable, level, estimate } of coefficients) {
      const name = level === null ? variable : `${variable} ${level}`;
      close(estimate.coefficient, `${mode} coefficient ${name}`);
      close(estimate.standardError, `${mode} se ${name}`, 1e-8);
    }
  });

  it('fits a model with twelve men, and refuses one with nine: GUARD_MODEL_SIZE', async () => {
    const ask = (cohort: object) =>
      client.run(
        plan(
          'cox-regression',
          { event: 'death', covariates: COVARIATES, mode: 'stratified' },
          cohort
        )
      );
    expect((await ask(menFrom(84))).state).toBe('released');
    expect((await ask(menFrom(86))).error?.code).toBe('GUARD_MODEL_SIZE');
  });

  it('draws a curve of twelve men, and refuses one of nine: GUARD_TOO_FEW', async () => {
    const ask = (cohort: object) =>
      client.run(plan('kaplan-meier', { event: 'death', by: 'sex', mode: 'grid' }, cohort));
    expect((await ask(menFrom(84))).state).toBe('released');
    expect((await ask(menFrom(86))).error?.code).toBe('GUARD_TOO_FEW');
  });

  it('knows nothing of the demo: STUDY_UNKNOWN, HOSPITAL_UNKNOWN, PLAN_UNKNOWN_VARIABLE', async () => {
    const asked = [
      await client.ask(demoPlan('count', {})),
      await client.ask(plan('count', {}, { hospitals: ['centre', 'north', 'south'] })),
      await client.ask(plan('count', { by: 'grade' }))
    ];
    expect(asked).toEqual([
      'refused-at-once:STUDY_UNKNOWN',
      'refused-at-once:HOSPITAL_UNKNOWN',
      'refused-at-once:PLAN_UNKNOWN_VARIABLE'
    ]);
  });
});
