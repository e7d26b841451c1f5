import { bindPlan, studyContext } from '@wardbook/analyses';
import { PROTOCOL_VERSION, SOFTWARE_VERSION, type Result } from '@wardbook/protocol';
import type { CoordinatorConfig } from '../config.js';
import type { ReleaseFacts, RunRecord } from './state.js';

/**
 * Makes the result of agreed releases: values, table, figure, sentences, provenance. Whole without any kernel.
 *
 * @param releases one per participant, in their order
 * @param releasedAt ISO date-time
 */
export function presentResult(
  config: CoordinatorConfig,
  state: RunRecord,
  releases: readonly ReleaseFacts[],
  releasedAt: string
): Result {
  const { plan } = state;
  const analysis = bindPlan(plan, config.charter, config.dictionary);
  const { limits } = studyContext(plan, config.charter, config.dictionary);
  const hospitals = config.charter.hospitals.filter(({ id }) => state.participants.includes(id));
  const first = releases[0];
  const values = JSON.parse(first?.values ?? '{}') as Record<string, unknown>;
  const presentation = analysis.present(values, {
    dictionary: config.dictionary,
    limits,
    hospitals: hospitals.map(({ name }) => name),
    asked: plan.hospitals.length,
    scope: plan.scope
  });
  return {
    result: 1,
    run: state.run,
    planHash: state.planHash,
    plan,
    values,
    ...presentation,
    egress: (first?.egress ?? []).map(({ label, values: numbers, rounds }) => ({
      label,
      values: numbers,
      rounds,
      summed: plan.scope === 'pooled'
    })),
    provenance: {
      study: plan.study,
      hospitals: state.participants.flatMap((id, index) => {
        const hospital = hospitals.find(candidate => candidate.id === id);
        const release = releases[index];
        if (!hospital || !release) return [];
        const { snapshot, auditHead } = release;
        return [{ id, name: hospital.name, snapshot, signature: signatureOf(release), auditHead }];
      }),
      asked: plan.hospitals.length,
      answered: releases.length,
      mode: analysis.mode,
      scope: plan.scope,
      masked: plan.scope === 'pooled',
      k: limits.k,
      profiles: [...limits.profiles],
      rounds: first?.rounds ?? 0,
      versions: { protocol: PROTOCOL_VERSION, analysis: 1, software: SOFTWARE_VERSION },
      requester: state.requester,
      releasedAt
    }
  };
}

/** The signature at the end of a release's frame, hexadecimal. */
function signatureOf({ frame }: ReleaseFacts): string {
  return Buffer.from(frame.subarray(-64)).toString('hex');
}
