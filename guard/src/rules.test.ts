import {
  HospitalId,
  StudyId,
  parsePlan,
  type EgressBlock,
  type PooledEvidence,
  type PooledLimits
} from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import {
  POOLED_RULES,
  checkPolicy,
  defaultPolicy,
  hideCells,
  judgeLocal,
  judgePooled,
  judgeRequest,
  refusalOf,
  roundRelease
} from './index.js';

const ids = { hospital: HospitalId.parse('north'), study: StudyId.parse('breast-relapse') };
const policy = defaultPolicy('fr-hospital', ids);
const limits: PooledLimits = {
  k: 11,
  residualDof: 10,
  parametersPerEvent: 0.1,
  exactTimes: false,
  profiles: ['fr-hospital']
};
const nothing: PooledEvidence = {
  patients: 500,
  frequencies: [],
  scalars: [],
  survival: [],
  models: [],
  quantiles: []
};
const plan = (rest: object = {}) =>
  parsePlan({
    protocol: 1,
    study: 'breast-relapse',
    analysis: 'count',
    version: 1,
    parameters: {},
    hospitals: ['centre', 'north', 'south'],
    scope: 'pooled',
    ...rest
  });
const pooled = (evidence: Partial<PooledEvidence>) =>
  refusalOf(judgePooled({ ...nothing, ...evidence }, limits))?.code ?? null;
const counts = (...cells: number[]) => ({
  name: 'size',
  counts: cells,
  hidden: cells.map(() => false)
});
const model = {
  parameters: 5,
  patients: 500,
  events: 50,
  levels: [{ name: 'event', patients: 50 }],
  exactCommonRiskSet: false
};
const block: EgressBlock = {
  name: 'n',
  label: { en: 'n', fr: 'n' },
  shape: [2],
  unit: 'patients',
  class: 'frequency',
  bound: 100,
  fractionBits: 0
};
const local = (
  blocks: readonly EgressBlock[],
  values: Record<string, Float64Array>,
  patients = 50
) => refusalOf(judgeLocal(blocks, values, { patients }, policy))?.code ?? null;

describe('gate', () => {
  it('[G0] allowed: a list of passed verdicts is no refusal', () => {
    expect(refusalOf([{ rule: 'D1', pass: true, code: 'GUARD_TOO_FEW', limits: {} }])).toBeNull();
  });
  it('[G0] refused: no verdict at all', () => {
    expect(refusalOf([])?.code).toBe('GUARD_EVIDENCE');
  });
  it('[G0] attack: evidence that makes a rule throw lets nothing out', () => {
    const broken = {
      ...nothing,
      survival: [
        {
          name: 'x',
          get leavers(): never {
            throw new Error('x');
          },
          atRisk: [],
          gridded: true
        }
      ]
    };
    expect(refusalOf(judgePooled(broken, limits))?.code).toBe('GUARD_EVIDENCE');
  });

  it('[DA1] allowed: an analysis that the policy lists', () => {
    expect(
      refusalOf(judgeRequest(plan(), { ...policy, analyses: ['count'] }, plan().hospitals))
    ).toBeNull();
  });
  it('[DA1] refused: an analysis that it does not list', () => {
    expect(
      refusalOf(judgeRequest(plan(), { ...policy, analyses: ['describe'] }, plan().hospitals))?.code
    ).toBe('GUARD_ANALYSIS');
  });
  it('[DA1] attack: a name that only looks like an allowed one', () => {
    expect(
      refusalOf(
        judgeRequest(
          plan({ analysis: 'count-rows' }),
          { ...policy, analyses: ['count'] },
          plan().hospitals
        )
      )?.code
    ).toBe('GUARD_ANALYSIS');
  });

  const alone = plan({ hospitals: ['north'], scope: 'per-hospital' });
  it('[DP1] allowed: its own result where the policy says so', () => {
    expect(
      refusalOf(judgeRequest(alone, { ...policy, perHospitalResults: true }, ['north']))
    ).toBeNull();
  });
  it('[DP1] refused: its own result by default', () => {
    expect(refusalOf(judgeRequest(alone, policy, ['north']))?.code).toBe('GUARD_PER_HOSPITAL');
  });
  it('[DP1] attack: a hospital made to answer for another one', () => {
    expect(
      refusalOf(judgeRequest(alone, { ...policy, perHospitalResults: true }, ['south']))?.code
    ).toBe('GUARD_PER_HOSPITAL');
  });

  it('[D20] allowed: three hospitals', () => {
    expect(refusalOf(judgeRequest(plan(), policy, ['centre', 'north', 'south']))).toBeNull();
  });
  it('[D20] refused: two hospitals', () => {
    expect(refusalOf(judgeRequest(plan(), policy, ['north', 'south']))?.code).toBe(
      'GUARD_HOSPITALS'
    );
  });
  it('[D20] attack: one hospital named three times', () => {
    expect(refusalOf(judgeRequest(plan(), policy, ['north', 'north', 'north']))?.code).toBe(
      'GUARD_HOSPITALS'
    );
  });

  it('[D26] allowed: exactly the declared numbers', () => {
    expect(local([block], { n: Float64Array.of(20, 30) })).toBeNull();
  });
  it('[D26] refused: one number more', () => {
    expect(local([block], { n: Float64Array.of(20, 30, 1) })).toBe('GUARD_SHAPE');
  });
  it('[D26] attack: an undeclared block, and NaN as a covert mark', () => {
    expect(local([block], { n: Float64Array.of(20, 30), rows: Float64Array.of(1) })).toBe(
      'GUARD_SHAPE'
    );
    expect(local([block], { n: Float64Array.of(20, Number.NaN) })).toBe('GUARD_SHAPE');
  });

  it('[D12] allowed: a declared class of sums', () => {
    expect(local([{ ...block, class: 'sum' }], { n: Float64Array.of(1, 2) })).toBeNull();
  });
  it('[D12] refused: a block of no declared class', () => {
    expect(
      local([JSON.parse(JSON.stringify({ ...block, class: 'minimum' })) as EgressBlock], {
        n: Float64Array.of(1, 2)
      })
    ).toBe('GUARD_EVIDENCE');
  });
  it('[D12] attack: no declaration at all', () => {
    expect(local([], {})).toBe('GUARD_EVIDENCE');
  });

  it('[DH1] allowed: eleven people', () => {
    expect(local([block], { n: Float64Array.of(5, 6) }, 11)).toBeNull();
  });
  it('[DH1] refused: ten people, and nobody', () => {
    expect(local([block], { n: Float64Array.of(5, 5) }, 10)).toBe('GUARD_TOO_FEW');
    expect(local([block], { n: Float64Array.of(0, 0) }, 0)).toBe('GUARD_TOO_FEW');
  });
  it('[DH1] attack: a cohort that is one person at one hospital', () => {
    expect(local([block], { n: Float64Array.of(1, 0) }, 1)).toBe('GUARD_TOO_FEW');
  });

  it('[D1] allowed: eleven people behind a mean', () => {
    expect(
      pooled({ patients: 11, scalars: [{ name: 'mean age', patients: 11, dof: 10 }] })
    ).toBeNull();
  });
  it('[D1] refused: ten people in all', () => {
    expect(pooled({ patients: 10 })).toBe('GUARD_TOO_FEW');
  });
  it('[D1] attack: a large object that holds the mean of three people', () => {
    expect(pooled({ scalars: [{ name: 'mean age', patients: 3, dof: 10 }] })).toBe('GUARD_TOO_FEW');
  });

  it('[D2] allowed: eleven people in each shown cell', () => {
    expect(pooled({ frequencies: [counts(11, 400)] })).toBeNull();
  });
  it('[D2] refused: a shown cell of ten', () => {
    expect(pooled({ frequencies: [counts(10, 400)] })).toBe('GUARD_TOO_FEW');
  });
  it('[D2] attack: an empty cell shown as zero tells as much as a small one', () => {
    expect(pooled({ frequencies: [counts(0, 400)] })).toBe('GUARD_TOO_FEW');
    const hide = hideCells(11);
    expect(hide([0, 400, 30])).toEqual(hide([7, 400, 30]));
  });

  it('[D3] allowed: two hidden cells with eleven people together', () => {
    expect(
      pooled({ frequencies: [{ name: 'size', counts: [4, 7, 400], hidden: [true, true, false] }] })
    ).toBeNull();
  });
  it('[D3] refused: one hidden cell beside a published total', () => {
    expect(
      pooled({
        frequencies: [{ name: 'size', counts: [4, 60, 400], hidden: [true, false, false] }]
      })
    ).toBe('GUARD_TOO_FEW');
  });
  it('[D3] attack: total minus shown cells never gives fewer than k people', () => {
    for (const cells of [
      [4, 60, 400],
      [0, 0, 400, 12],
      [3, 2, 1, 90],
      [5, 500]
    ]) {
      const hidden = hideCells(11)(cells);
      const rest = cells.filter((_, index) => hidden[index]);
      expect(
        rest.length === cells.length || (rest.length > 1 && rest.reduce((a, b) => a + b, 0) >= 11)
      ).toBe(true);
    }
  });

  it('[D3] attack: a cell that another line hides is not the only one of its own line', () => {
    const known = [true, false, false];
    expect(hideCells(11)([60, 40, 400], known)).toEqual([true, true, false]);
    expect(hideCells(11)([60, 40, 400], [true, true, false])).toEqual([true, true, false]);
  });

  const quantile = { name: 'median age', probability: 0.5, patients: 22, cellPatients: 11 };
  it('[D11] allowed: a median of 22 people from a bin of eleven', () => {
    expect(pooled({ quantiles: [quantile] })).toBeNull();
  });
  it('[D11] refused: a median of 21 people', () => {
    expect(pooled({ quantiles: [{ ...quantile, patients: 21 }] })).toBe('GUARD_QUANTILE');
  });
  it('[D11] attack: a ladder of extreme quantiles', () => {
    for (const probability of [0, 0.01, 0.04, 0.99, 1])
      expect(pooled({ quantiles: [{ ...quantile, probability, patients: 500 }] })).toBe(
        'GUARD_QUANTILE'
      );
  });

  const curve = (leavers: number[][], atRisk = leavers) => [
    { name: 'curve', leavers, atRisk, gridded: true }
  ];
  it('[D15] allowed: eleven people leave in every cell', () => {
    expect(pooled({ survival: curve([[11, 12]], [[23, 12]]) })).toBeNull();
  });
  it('[D15] refused: ten people leave in one cell of one group', () => {
    expect(
      pooled({
        survival: curve([
          [11, 12],
          [10, 12]
        ])
      })
    ).toBe('GUARD_SURVIVAL_GRID');
  });
  it('[D15] attack: a curve on exact times', () => {
    expect(
      pooled({ survival: [{ name: 'curve', leavers: [[11]], atRisk: [[11]], gridded: false }] })
    ).toBe('GUARD_EXACT_TIMES');
  });

  it('[D16] allowed: five parameters on fifty events', () => {
    expect(pooled({ models: [model] })).toBeNull();
  });
  it('[D16] refused: six parameters on fifty events', () => {
    expect(pooled({ models: [{ ...model, parameters: 6 }] })).toBe('GUARD_MODEL_SIZE');
  });
  it('[D16] attack: a column that marks three people, and exact times on a common risk set', () => {
    expect(pooled({ models: [{ ...model, levels: [{ name: 'rare', patients: 3 }] }] })).toBe(
      'GUARD_MODEL_SIZE'
    );
    expect(pooled({ models: [{ ...model, exactCommonRiskSet: true }] })).toBe('GUARD_EXACT_TIMES');
  });

  it('[DF1] allowed: ten degrees of freedom', () => {
    expect(pooled({ scalars: [{ name: 'sd', patients: 11, dof: 10 }] })).toBeNull();
  });
  it('[DF1] refused: nine degrees of freedom', () => {
    expect(pooled({ scalars: [{ name: 'sd', patients: 11, dof: 9 }] })).toBe('GUARD_TOO_FEW');
  });
  it('[DF1] attack: the spread of people who all share one value', () => {
    expect(pooled({ scalars: [{ name: 'sd', patients: 200, dof: 0 }] })).toBe('GUARD_TOO_FEW');
  });

  it('[D4] allowed: numbers keep six digits, texts stay', () => {
    expect(roundRelease({ mean: 61.23456789, level: 'a' }, policy)).toEqual({
      mean: 61.2346,
      level: 'a'
    });
  });
  it('[D4] refused: an exact count never leaves one hospital', () => {
    expect(roundRelease({ n: 14, leftOut: 13, rows: [{ n: 686 }] }, policy)).toEqual({
      n: 10,
      leftOut: 10,
      rows: [{ n: 685 }]
    });
  });
  it('[D4] attack: two cohorts that differ by one person look alike', () => {
    expect(roundRelease({ n: 213 }, policy)).toEqual(roundRelease({ n: 214 }, policy));
  });

  it('needs every pooled rule: without any one of them something it alone refuses would leave', () => {
    const onlyBy: Record<string, Partial<PooledEvidence>> = {
      D1: { patients: 10 },
      D2: { frequencies: [counts(10, 400)] },
      D3: { frequencies: [{ name: 'size', counts: [4, 60, 400], hidden: [true, false, false] }] },
      D11: { quantiles: [{ ...quantile, patients: 21 }] },
      D15: { survival: curve([[10]]) },
      D16: { models: [{ ...model, parameters: 6 }] },
      DF1: { scalars: [{ name: 'sd', patients: 20, dof: 9 }] }
    };
    for (const id of Object.keys(POOLED_RULES)) {
      const { [id]: removed, ...others } = POOLED_RULES;
      const evidence = { ...nothing, ...onlyBy[id] };
      expect(removed, id).toBeDefined();
      expect(refusalOf(judgePooled(evidence, limits)), id).not.toBeNull();
      expect(refusalOf(judgePooled(evidence, limits, others)), id).toBeNull();
    }
  });
});

describe('policies', () => {
  it('start at the bounds of their profile and may only be tightened', () => {
    expect(() => checkPolicy(policy, { dataIsPublic: false })).not.toThrow();
    expect(() => checkPolicy({ ...policy, k: 50 }, { dataIsPublic: false })).not.toThrow();
    for (const looser of [
      { k: 4 },
      { hospitalCohort: 1 },
      { parametersPerEvent: 0.2 },
      { significantDigits: 9 },
      { countBase: 1 },
      { residualDof: 2 },
      { exactTimes: true }
    ])
      expect(() => checkPolicy({ ...policy, ...looser }, { dataIsPublic: false })).toThrow(
        expect.objectContaining({ code: 'POLICY_OUT_OF_BOUNDS' })
      );
  });
  it('without floors start only on data that the hospital declares public', () => {
    const open = defaultPolicy('public-data', ids);
    expect(() => checkPolicy(open, { dataIsPublic: false })).toThrow(
      expect.objectContaining({ code: 'POLICY_OUT_OF_BOUNDS' })
    );
    expect(() => checkPolicy(open, { dataIsPublic: true })).not.toThrow();
  });
});
