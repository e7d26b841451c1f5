import type {
  CountValues as Count,
  CoxValues as Cox,
  KaplanMeierValues as KaplanMeier
} from '@wardbook/analyses';
import { catalogue } from '@wardbook/analyses';
import { describe, expect, it } from 'vitest';
import type { CountValues, CoxValues, KaplanMeierValues, ValuesByAnalysis } from './value-types.js';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

describe('types of released values', () => {
  it('equal those of the analyses (checked by the compiler)', () => {
    const same: [
      Same<CountValues, Count>,
      Same<KaplanMeierValues, KaplanMeier>,
      Same<CoxValues, Cox>
    ] = [true, true, true];
    expect(same).toEqual([true, true, true]);
  });

  it('exist for every analysis of the catalogue', () => {
    const known: Record<keyof ValuesByAnalysis, true> = {
      count: true,
      describe: true,
      'kaplan-meier': true,
      'cox-regression': true
    };
    expect(Object.keys(known).sort()).toEqual([...catalogue.keys()].sort());
  });
});
