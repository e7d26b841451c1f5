import { FINAL_STATES, wardbookError, type HospitalId, type WireError } from '@wardbook/protocol';
import { releasesAgree } from './agree.js';
import type { Answer, Effect, ReleaseFacts, RunEvent, RunRecord, Stepped } from './state.js';

/**
 * The whole life of a run, pure: same events, same state. Late, doubled and foreign events change nothing;
 * a final state is never left.
 */
export function step(state: RunRecord, event: RunEvent): Stepped {
  if (FINAL_STATES.includes(state.state)) return { state, effects: [] };
  switch (event.type) {
    case 'contribution':
      return event.round === state.round
        ? answered(state, event.hospital, {
            kind: 'contribution',
            context: event.context,
            frame: event.frame
          })
        : same(state);
    case 'release':
      return answered(state, event.hospital, { kind: 'release', release: event.release });
    case 'refusal':
      return state.participants.includes(event.hospital)
        ? ended({ ...state, refusedBy: event.hospital }, 'refused', event.error)
        : same(state);
    case 'invalid':
      return ended(state, 'failed', event.error);
    case 'connected':
      return connected(state, event.hospital);
    case 'lost':
      return lost(state, event.hospital);
    case 'cancel':
      return ended(state, 'cancelled', wardbookError('RUN_CANCELLED').toWire());
    case 'presented':
      return state.state === 'checked'
        ? {
            state: { ...state, state: 'released', result: event.result },
            effects: [{ type: 'end', reason: 'released' }]
          }
        : same(state);
  }
}

/** Effects that bring a run forward after its shell was started again. */
export function resume(state: RunRecord): readonly Effect[] {
  if (FINAL_STATES.includes(state.state)) return [];
  if (state.state === 'checked') return [{ type: 'present', releases: releasesOf(state) }];
  return open(state);
}

function answered(state: RunRecord, hospital: HospitalId, answer: Answer): Stepped {
  if (!state.participants.includes(hospital) || state.answers.has(hospital)) return same(state);
  const answers = new Map(state.answers).set(hospital, answer);
  const next: RunRecord = { ...state, answers };
  if (answers.size < state.participants.length) return same(withWaiting(next));
  const all = state.participants.map(id => answers.get(id)).filter(item => item !== undefined);
  const contributions = all.filter(item => item.kind === 'contribution');
  const releases = all.filter(item => item.kind === 'release').map(item => item.release);
  if (contributions.length === all.length) {
    if (new Set(contributions.map(({ context }) => context)).size > 1)
      return failed(next, 'MASKING_CONTEXT');
    const opened: RunRecord = withWaiting({
      ...next,
      round: state.round + 1,
      carried: contributions.map(({ frame }) => frame),
      answers: new Map()
    });
    return { state: opened, effects: open(opened) };
  }
  if (releases.length !== all.length || !releasesAgree(releases))
    return failed(next, 'RUN_RESULT_MISMATCH');
  return {
    state: { ...next, state: 'checked', error: null, carried: [] },
    effects: [{ type: 'present', releases }]
  };
}

function connected(state: RunRecord, hospital: HospitalId): Stepped {
  if (!state.participants.includes(hospital)) return same(state);
  const back = new Set(state.lost);
  back.delete(hospital);
  const next = withWaiting({ ...state, lost: back });
  const needed = state.state !== 'checked' && !state.answers.has(hospital);
  return { state: next, effects: needed ? [{ type: 'send', hospital, round: state.round }] : [] };
}

function lost(state: RunRecord, hospital: HospitalId): Stepped {
  if (!state.participants.includes(hospital)) return same(state);
  return same(withWaiting({ ...state, lost: new Set(state.lost).add(hospital) }));
}

// A lost hospital matters only while its answer is missing.
function withWaiting(state: RunRecord): RunRecord {
  if (state.state === 'checked') return state;
  const missing = state.participants.filter(id => state.lost.has(id) && !state.answers.has(id));
  if (missing.length === 0) return { ...state, state: 'running', error: null };
  return {
    ...state,
    state: 'waiting',
    error: wardbookError('HOSPITAL_LOST', { hospitals: missing }).toWire()
  };
}

function open(state: RunRecord): readonly Effect[] {
  return state.participants
    .filter(hospital => !state.answers.has(hospital))
    .map(hospital => ({ type: 'send', hospital, round: state.round }));
}

function releasesOf(state: RunRecord): readonly ReleaseFacts[] {
  return state.participants
    .map(id => state.answers.get(id))
    .flatMap(answer => (answer?.kind === 'release' ? [answer.release] : []));
}

function failed(state: RunRecord, code: 'MASKING_CONTEXT' | 'RUN_RESULT_MISMATCH'): Stepped {
  return ended(state, 'failed', wardbookError(code).toWire());
}

function ended(
  state: RunRecord,
  reason: 'refused' | 'failed' | 'cancelled',
  error: WireError
): Stepped {
  return {
    state: { ...state, state: reason, error, carried: [] },
    effects: [{ type: 'end', reason }]
  };
}

function same(state: RunRecord): Stepped {
  return { state, effects: [] };
}
