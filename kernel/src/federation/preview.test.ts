import { readFileSync } from 'node:fs';
import { defaultPolicy } from '@wardbook/guard';
import { Dictionary, HospitalId, StudyId, type Policy, type StudyView } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { previewDraft } from './preview.js';

const dictionary = Dictionary.parse(
  JSON.parse(
    readFileSync(new URL('../../../notebooks/demo/dictionary.json', import.meta.url), 'utf8')
  )
);

/** A study of the demo's dictionary with three hospitals. */
function study(policies: Readonly<Record<string, Partial<Policy>>> = {}): StudyView {
  const hospitals = ['centre', 'north', 'south'].map(id => ({
    id,
    name: { en: id, fr: id },
    pooledByDefault: true,
    policy: {
      ...defaultPolicy('fr-hospital', {
        hospital: HospitalId.parse(id),
        study: StudyId.parse(dictionary.study)
      }),
      ...policies[id]
    }
  }));
  return {
    ...{ study: { id: dictionary.study, title: dictionary.title }, hospitals: [], dictionary },
    charter: { study: dictionary.study, hospitals, mode: 'pairwise' }
  } as unknown as StudyView;
}
const count = (parameters: object) => ({ analysis: 'count', parameters });
const codes = (draft: unknown, of = study()) =>
  previewDraft(draft, of).problems.map(({ code }) => code);

describe('a preview', () => {
  it('says what would leave, and has no problem where nothing is in the way', () => {
    const preview = previewDraft(count({ by: 'grade' }), study());
    expect(preview.problems).toEqual([]);
    expect(preview.items.length).toBeGreaterThan(0);
    expect(preview.rules.length).toBeGreaterThan(0);
    expect(preview.hospitals.map(({ id }) => id)).toEqual(['centre', 'north', 'south']);
  });

  it('has the unknown column, the unknown level and the wrong type as its problem, with the next step', () => {
    const [unknown] = previewDraft(count({ by: 'grad' }), study()).problems;
    expect(unknown).toMatchObject({ code: 'PLAN_UNKNOWN_VARIABLE', mend: /\S/ });
    expect(Object.values(unknown?.limits ?? {})).toContain('grad');
    expect(codes(count({ by: 'grade', cohort: { variable: 'grade', in: ['9'] } }))).toEqual([
      'PLAN_UNKNOWN_LEVEL'
    ]);
    expect(codes(count({ by: 'age' }))).toEqual(['PLAN_WRONG_TYPE']);
    expect(codes({ analysis: 'counts', parameters: {} })).toEqual(['PLAN_UNKNOWN_ANALYSIS']);
    expect(codes(count({ by: 'grade', hospitals: ['east', 'north', 'south'] }))).toEqual([
      'HOSPITAL_UNKNOWN'
    ]);
  });

  it('has what the published policies refuse, each reason once', () => {
    const draft = count({ by: 'grade' });
    const narrow = { analyses: ['describe'] };
    expect(codes(draft, study({ north: narrow, south: narrow }))).toEqual(['GUARD_ANALYSIS']);
    expect(codes(draft, study({ north: { minHospitalsInSum: 4 } }))).toEqual(['GUARD_HOSPITALS']);
    const alone = count({ by: 'grade', hospitals: ['north'], scope: 'per-hospital' });
    expect(previewDraft(alone, study()).problems).toMatchObject([
      { code: 'GUARD_PER_HOSPITAL', limits: { hospital: 'north' } }
    ]);
    expect(codes(alone, study({ north: { perHospitalResults: true } }))).toEqual([]);
  });

  it('throws KERNEL_CELL_INVALID for what is no draft of a plan', () => {
    expect(() => previewDraft(7, study())).toThrow(
      expect.objectContaining({ code: 'KERNEL_CELL_INVALID' })
    );
  });
});
