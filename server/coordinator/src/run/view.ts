import { FINAL_STATES, type HospitalId, type RunView } from '@wardbook/protocol';
import type { RunRecord } from './state.js';

/** A run as its readers see it. */
export function viewOf(state: RunRecord): RunView {
  const { run, planHash: hash, plan, requester, round, error, result, requestedAt } = state;
  return {
    run,
    planHash: hash,
    plan,
    requester,
    state: state.state,
    round,
    hospitals: state.participants.map(id => ({ id, state: hospitalState(state, id) })),
    error,
    result,
    stored: false,
    requestedAt
  };
}

function hospitalState(state: RunRecord, id: HospitalId): RunView['hospitals'][number]['state'] {
  if (state.state === 'released' || state.state === 'checked') return 'done';
  if (state.refusedBy === id) return 'refused';
  if (FINAL_STATES.includes(state.state)) return 'queued';
  if (state.answers.has(id)) return 'done';
  return state.lost.has(id) ? 'lost' : 'computing';
}
