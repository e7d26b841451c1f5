import { planHash, type Plan, type Preview, type StudyView } from '@wardbook/protocol';
import { bindPlan } from './catalogue.js';

/**
 * What a plan would send, from charter and dictionary alone; the rules are added by the guard.
 *
 * @throws as `bindPlan`
 */
export function previewPlan(
  plan: Plan,
  study: Pick<StudyView, 'charter' | 'dictionary'>
): Omit<Preview, 'rules' | 'problems'> {
  const bound = bindPlan(plan, study.charter, study.dictionary);
  const { items, released } = bound.preview();
  return {
    plan,
    planHash: planHash(plan),
    mode: bound.mode,
    hospitals: study.charter.hospitals
      .filter(({ id }) => plan.hospitals.includes(id))
      .map(({ id, name }) => ({ id, name })),
    items: items.map(item => ({ ...item, summed: plan.scope === 'pooled' })),
    released
  };
}
