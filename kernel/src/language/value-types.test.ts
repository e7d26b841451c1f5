import type {
  CountValues as Count,
  CoxValues as Cox,
  KaplanMeierValues as KaplanMeier
} from '@wardbook/analyses';
import { catalogue } from '@wardbook/analyses';
import type { Result, StudyView as ProtocolStudy } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import type {
  CountValues,
  CoxValues,
  KaplanMeierValues,
  ReleasedEgress,
  ReleasedFigure,
  ReleasedPlan,
  ReleasedProvenance,
  ReleasedTable,
  StudyView,
  ValuesByAnalysis
} from './value-types.js';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** The protocol's brands are texts here; beside that every field is there. */
type Fits<A, B> = A extends B ? Same<keyof A, keyof B> : false;

describe('types of released values', () => {
  it('equal those of the analyses (checked by the compiler)', () => {
    const same: [
      Same<CountValues, Count>,
      Same<KaplanMeierValues, KaplanMeier>,
      Same<CoxValues, Cox>
    ] = [true, true, true];
    expect(same).toEqual([true, true, true]);
  });

  it('take what the protocol gives, and name all of it (checked by the compiler)', () => {
    const fits: [
      Fits<Result['plan'], ReleasedPlan>,
      Fits<Result['provenance'], ReleasedProvenance>,
      Fits<Result['tables'][number], ReleasedTable>,
      Fits<Result['figures'][number], ReleasedFigure>,
      Fits<Result['egress'][number], ReleasedEgress>,
      ProtocolStudy extends StudyView ? true : false,
      Same<keyof ProtocolStudy, keyof StudyView>
    ] = [true, true, true, true, true, true, true];
    expect(fits).not.toContain(false);
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
