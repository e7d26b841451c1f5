import { describe, expect, it } from 'vitest';
import {
  Cohort,
  ERRORS,
  agreeVersion,
  canonicalJson,
  decodeFrame,
  encodeFrame,
  identityOf,
  isErrorCode,
  parsePlan,
  parseWith,
  planHash,
  wardbookError
} from './index.js';

const plan = {
  protocol: 1,
  study: 'breast-relapse',
  analysis: 'count',
  version: 1,
  parameters: {},
  hospitals: ['centre', 'north', 'south'],
  scope: 'pooled'
};
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'uncoded';
  }
};

describe('canonical JSON', () => {
  it('sorts keys by UTF-16 units and writes numbers as ECMAScript does (RFC 8785 §3.2)', () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27],
      string: '\u20ac$\u000f\nA\'B"\\"/',
      literals: [null, true, false]
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\"/"}'
    );
    expect(canonicalJson({ '\ud83d\ude00': 1, '\ufb33': 2, a: -0 })).toBe(
      '{"a":0,"\ud83d\ude00":1,"\ufb33":2}'
    );
  });
  it('has no form for NaN, infinities and lone surrogates: PROTOCOL_NOT_CANONICAL', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', [() => 1]])
      expect(codeOf(() => canonicalJson(value))).toBe('PROTOCOL_NOT_CANONICAL');
  });
  it('gives one identity to one document, however it is written', () => {
    expect(identityOf({ a: 1, b: [2] })).toBe(identityOf(JSON.parse('{ "b": [2.0], "a": 1e0 }')));
  });
});

describe('plan', () => {
  it('is read whole and has an identity', () => {
    expect(planHash(parsePlan(plan))).toMatch(/^[0-9a-f]{64}$/);
  });
  it.each([
    ['PLAN_INVALID', { ...plan, extra: 1 }],
    ['PLAN_INVALID', { ...plan, hospitals: ['north', 'centre', 'south'] }],
    ['PLAN_INVALID', { ...plan, hospitals: ['centre', 'centre', 'north'] }],
    ['PLAN_INVALID', { ...plan, protocol: 2 }],
    ['PLAN_INVALID', null],
    ['PLAN_INVALID', 'SELECT * FROM patients'],
    ['PLAN_SCOPE', { ...plan, hospitals: ['centre', 'north'] }],
    ['PLAN_SCOPE', { ...plan, scope: 'per-hospital' }]
  ])('refuses with %s what it does not know', (code, input) => {
    expect(codeOf(() => parsePlan(input))).toBe(code);
  });
});

describe('cohort', () => {
  const nested = (depth: number): unknown =>
    depth === 0 ? { variable: 'age', ge: 40 } : { not: nested(depth - 1) };
  it('may be eight deep and have 32 comparisons', () => {
    expect(Cohort.safeParse(nested(7)).success).toBe(true);
    expect(Cohort.safeParse({ or: Array.from({ length: 32 }, () => nested(0)) }).success).toBe(
      true
    );
  });
  it('refuses more, without running out of stack', () => {
    expect(Cohort.safeParse(nested(8)).success).toBe(false);
    expect(Cohort.safeParse(nested(5000)).success).toBe(false);
    expect(
      Cohort.safeParse({ or: [{ or: Array.from({ length: 32 }, () => nested(0)) }, nested(0)] })
        .success
    ).toBe(false);
  });
  it('refuses empty lists, unknown comparisons and code', () => {
    for (const input of [
      { and: [] },
      { variable: 'age' },
      { variable: 'age', like: '%' },
      { variable: "age' OR 1=1", ge: 1 },
      { variable: 'age', ge: Number.NaN }
    ])
      expect(Cohort.safeParse(input).success).toBe(false);
  });
});

describe('frames', () => {
  const sign = () => new Uint8Array(64).fill(7);
  it('carry typed arrays as bytes and give back exactly what was signed', () => {
    const frame = encodeFrame({ type: 'x', values: Uint8Array.of(1, 2, 3) }, sign);
    const { payload, signed, signature } = decodeFrame(frame);
    expect(payload).toMatchObject({ type: 'x' });
    expect(signed.length + signature.length).toBe(frame.length);
  });
  it('that are cut, changed or made of noise give PROTOCOL_BAD_FRAME or a payload, never another error', () => {
    const frame = encodeFrame({ type: 'x', list: [1, 'two', null, { three: 3.5 }] }, sign);
    let seed = 42;
    const next = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
    for (let index = 0; index < 5_000; index += 1) {
      const bytes = Uint8Array.from(frame.subarray(0, 1 + Math.floor(next() * frame.length)));
      bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
      expect(['none', 'PROTOCOL_BAD_FRAME']).toContain(codeOf(() => decodeFrame(bytes)));
    }
  });
});

describe('versions and errors', () => {
  it('agree on the newest common version or refuse with PROTOCOL_VERSION', () => {
    expect(agreeVersion([1, 7])).toBe(1);
    expect(codeOf(() => agreeVersion([99]))).toBe('PROTOCOL_VERSION');
  });
  it.each([
    [[2, 1], [1], 1],
    [[1], [2, 1], 1],
    [[3, 2], [2, 1], 2],
    [[1, 2], [1, 2, 3], 2]
  ])(
    'of %j and %j the newest common one is %i: N and N−1 understand each other',
    (a, b, newest) => {
      expect(agreeVersion(a, b)).toBe(newest);
      expect(agreeVersion(b, a)).toBe(newest);
    }
  );
  it('two apart do not: PROTOCOL_VERSION', () => {
    expect(codeOf(() => agreeVersion([3, 2], [1]))).toBe('PROTOCOL_VERSION');
    expect(codeOf(() => agreeVersion([], [1]))).toBe('PROTOCOL_VERSION');
  });
  it('a frame says its version, and a reader of N reads N−1 but nobody reads the future', () => {
    const sign = () => new Uint8Array(64);
    const older = encodeFrame({ type: 'x' }, sign, 1);
    const newer = encodeFrame({ type: 'x' }, sign, 2);
    expect([older, newer].map(frame => decodeFrame(frame, [2, 1]).version)).toEqual([1, 2]);
    expect(codeOf(() => decodeFrame(newer))).toBe('PROTOCOL_BAD_FRAME');
  });
  it('say what happened and what to do, and travel without cause and stack', () => {
    for (const [code, { message, mend }] of Object.entries(ERRORS)) {
      expect(isErrorCode(code)).toBe(true);
      expect(message).toMatch(/^[A-Z].*\.$/);
      expect(mend).toMatch(/^[A-Z].*\.$/);
    }
    const wire = wardbookError(
      'DATA_INVALID',
      { column: 'age' },
      { cause: new Error('62-year-old') }
    ).toWire();
    expect(JSON.stringify(wire)).not.toContain('62');
  });
  it('name the field that does not fit', () => {
    expect(() => parseWith(Cohort, {}, 'PLAN_INVALID')).toThrow(
      expect.objectContaining({ code: 'PLAN_INVALID' })
    );
  });
});
