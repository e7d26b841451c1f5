import { describe, expect, it } from 'vitest';
import { selectCohort } from '../cohort.js';
import { dictionary, readRows, tableOf } from '../tests/cohorts.js';
import { references } from '../tests/references.js';
import { LIMITS, NO_FLOORS, simulate } from '../tests/simulate.js';
import { coxRegression } from './cox-regression.js';
import { newtonStep, startFit } from './newton.js';
import type { CoxValues } from './values.js';

const hospitals = (['centre', 'north', 'south'] as const).map(readRows);
const tables = hospitals.map(tableOf);
const expected = references('cox-regression');
const covariates = ['age', 'meno', 'size', 'grade', 'nodes', 'hormon'];
const model = (mode: 'grid' | 'stratified' | 'exact') => ({ event: 'rfs', covariates, mode });

function compareColumns(values: CoxValues, mode: string): void {
  const value = (name: string) => expected.get(`${mode} ${name}`)?.value ?? Number.NaN;
  for (const { variable, level, estimate } of values.coefficients) {
    const name = level === null ? variable : `${variable} ${level}`;
    const se = value(`se ${name}`);
    const coefficient = value(`coefficient ${name}`);
    expect(Math.abs((estimate?.coefficient ?? Number.NaN) - coefficient), name).toBeLessThanOrEqual(
      1e-9 * Math.max(Math.abs(coefficient), se)
    );
    expect(
      Math.abs((estimate?.standardError ?? Number.NaN) / se - 1),
      `se ${name}`
    ).toBeLessThanOrEqual(1e-8);
  }
}

function compare(values: CoxValues, mode: string): void {
  compareColumns(values, mode);
  const value = (name: string) => expected.get(`${mode} ${name}`)?.value ?? Number.NaN;
  expect(
    Math.abs(values.logLikelihood.null / value('log-likelihood null') - 1)
  ).toBeLessThanOrEqual(1e-9);
  expect(
    Math.abs(values.logLikelihood.model / value('log-likelihood model') - 1)
  ).toBeLessThanOrEqual(1e-9);
  expect(Math.abs(values.tests.wald.statistic / value('wald') - 1)).toBeLessThanOrEqual(1e-8);
  expect(Math.abs(values.tests.score.statistic / value('score') - 1)).toBeLessThanOrEqual(1e-9);
}

describe('cox-regression', () => {
  it.each(['grid', 'stratified'] as const)('in mode %s equals R over three hospitals', mode => {
    compare(simulate(coxRegression, model(mode), tables).values, mode);
  });

  it('in mode exact equals R where the data are public', () => {
    compare(simulate(coxRegression, model('exact'), tables, NO_FLOORS).values, 'exact');
  });

  it.each(['grid', 'stratified'] as const)('in mode %s equals R for 200 patients', mode => {
    const few = tables.map(table =>
      selectCohort(
        table,
        {
          and: [
            { variable: 'size', eq: 'le20' },
            { variable: 'age', between: [60, 65] }
          ]
        },
        ['rfs', 'rfs_days', 'age', 'grade', 'nodes']
      )
    );
    const plan = { ...model(mode), covariates: ['age', 'grade', 'nodes'] };
    const { values } = simulate(coxRegression, plan, few);
    expect([values.n, values.events]).toEqual([200, 78]);
    compareColumns(values, `200 ${mode}`);
  });

  it('says how many patients are left out for a missing covariate', () => {
    const rows = readRows('south').map((row, at) => (at < 40 ? { ...row, size: 'NA' } : row));
    const plan = { ...model('stratified'), covariates: ['size', 'nodes'] };
    const { values } = simulate(coxRegression, plan, [tableOf(rows)]);
    expect([values.n, values.leftOut]).toEqual([rows.length - 40, 40]);
    const few = simulate(coxRegression, plan, [
      tableOf(readRows('south').map((row, at) => (at < 3 ? { ...row, size: 'NA' } : row)))
    ]);
    expect(few.values.leftOut).toBeNull();
    expect(few.evidence.frequencies).toMatchObject([{ counts: [3], hidden: [true] }]);
  });

  it('gives the same grid model whatever way the same rows are divided', () => {
    const all = hospitals.flat();
    for (const parts of [1, 5, 50]) {
      const divided = Array.from({ length: parts }, (_, part) =>
        tableOf(all.filter((_, row) => (row * 104_729) % parts === part))
      );
      compare(simulate(coxRegression, model('grid'), divided).values, 'grid');
    }
  });

  it('marks a column that earlier ones determine as not estimated, as R does with NA', () => {
    const doubled = tables.map(table => ({
      ...table,
      columns: new Map(table.columns).set(
        'pgr',
        table.columns.get('nodes') ?? { kind: 'number', values: new Float64Array(table.rows) }
      )
    }));
    const { values } = simulate(
      coxRegression,
      { ...model('stratified'), covariates: ['nodes', 'pgr'] },
      doubled
    );
    expect(values.coefficients.map(({ estimate }) => estimate === null)).toEqual([false, true]);
  });

  it('refuses perfect separation with ANALYSIS_SEPARATION', () => {
    const rows = readRows('north').map(row => ({
      ...row,
      hormon: String(Math.max(Number(row['recur']), Number(row['death'])))
    }));
    expect(() =>
      simulate(coxRegression, { ...model('grid'), covariates: ['hormon'] }, [tableOf(rows)])
    ).toThrow(expect.objectContaining({ code: 'ANALYSIS_SEPARATION' }));
  });

  it('refuses a fit that never gets better with ANALYSIS_DID_NOT_CONVERGE', () => {
    const worse = {
      logLikelihood: -1e9,
      score: Float64Array.of(1),
      information: Float64Array.of(1)
    };
    const state = { ...startFit(1), best: { beta: [0], logLikelihood: -10 }, halvings: 20 };
    expect(() => newtonStep(state, worse)).toThrow(
      expect.objectContaining({ code: 'ANALYSIS_DID_NOT_CONVERGE' })
    );
  });

  it('refuses a cohort without events, without rows, and too many parameters', () => {
    const quiet = readRows('north').map(row => ({ ...row, recur: '0', death: '0' }));
    expect(() => simulate(coxRegression, model('grid'), [tableOf(quiet)])).toThrow(
      expect.objectContaining({ code: 'GUARD_MODEL_SIZE' })
    );
    expect(() => simulate(coxRegression, model('grid'), [tableOf([])])).toThrow(
      expect.objectContaining({ code: 'GUARD_TOO_FEW' })
    );
    // Where nothing is hidden, the cause is said.
    expect(() => simulate(coxRegression, model('grid'), [tableOf(quiet)], NO_FLOORS)).toThrow(
      expect.objectContaining({ code: 'ANALYSIS_NO_EVENTS' })
    );
    expect(() =>
      simulate(coxRegression, model('grid'), [tableOf(readRows('north').slice(0, 60))])
    ).toThrow(expect.objectContaining({ code: 'GUARD_MODEL_SIZE' }));
  });

  it('refuses a level of few people before it fits: whether all of them had the event is not told', () => {
    // Five people of grade 3, all of whom relapsed early: a fit would not end.
    const rows = readRows('centre').map((row, index) => ({
      ...row,
      grade: index < 5 ? '3' : '2',
      ...(index < 5 && { recur: '1', death: '1' })
    }));
    expect(() => simulate(coxRegression, model('stratified'), [tableOf(rows)])).toThrow(
      expect.objectContaining({ code: 'GUARD_MODEL_SIZE' })
    );
  });

  it('refuses exact times on a common risk set under the floors with GUARD_EXACT_TIMES', () => {
    expect(() => simulate(coxRegression, model('exact'), tables)).toThrow(
      expect.objectContaining({ code: 'GUARD_EXACT_TIMES' })
    );
  });

  it('reads per ten years, says association, and names what is compatible with no difference', () => {
    const { values } = simulate(coxRegression, model('grid'), tables);
    const { sentences, tables: shown } = coxRegression.present(values, model('grid'), {
      dictionary,
      limits: LIMITS,
      hospitals: [
        { en: 'North', fr: 'Nord' },
        { en: 'Centre', fr: 'Centre' },
        { en: 'South', fr: 'Sud' }
      ],
      asked: 3,
      scope: 'pooled'
    });
    expect(sentences.en[0]).toContain('These are associations, not causes');
    expect(sentences.en[1]).toContain('Age at surgery, per 10 years');
    expect(sentences.fr[0]).toContain('(HR 1,08, IC à 95\u202f%\u202f: 1,07 à 1,09)');
    expect(shown[0]?.rows).toHaveLength(7);
    expect(shown[0]?.notes[0]?.fr).toMatch(/Mode\u202f: grille\.$/);
  });
});
