import {
  FINAL_STATES,
  HospitalId,
  MemberId,
  RunId,
  parsePlan,
  planHash,
  wardbookError,
  type Hash,
  type Result,
  type SignedRequest
} from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { resume, step } from './step.js';
import type { Effect, ReleaseFacts, RunEvent, RunRecord } from './state.js';

const plan = parsePlan({
  protocol: 1,
  study: 'breast-relapse',
  analysis: 'count',
  version: 1,
  parameters: {},
  hospitals: ['centre', 'north', 'south'],
  scope: 'pooled'
});
const [centre, north, south] = ['centre', 'north', 'south'].map(id => HospitalId.parse(id)) as [
  HospitalId,
  HospitalId,
  HospitalId
];
const hash = 'a'.repeat(64) as Hash;

const start: RunRecord = {
  run: RunId.parse('0'.repeat(32)),
  plan,
  planHash: planHash(plan),
  request: JSON.parse('{}') as SignedRequest,
  participants: plan.hospitals,
  requestedAt: '2026-01-01T00:00:00Z',
  requester: MemberId.parse('ana'),
  state: 'running',
  round: 0,
  carried: [],
  answers: new Map(),
  lost: new Set(),
  refusedBy: null,
  error: null,
  result: null
};
const contribution = (hospital: HospitalId, round: number, context: Hash = hash): RunEvent => ({
  type: 'contribution',
  hospital,
  round,
  context,
  frame: Uint8Array.of(round)
});
const facts = (values: string): ReleaseFacts => ({
  values,
  rounds: 1,
  snapshot: hash,
  egress: [],
  auditHead: hash,
  frame: new Uint8Array()
});
const release = (hospital: HospitalId, values = '{"n":2982}'): RunEvent => ({
  type: 'release',
  hospital,
  release: facts(values)
});
const after = (...events: RunEvent[]) =>
  events.reduce((state, event) => step(state, event).state, start);

describe('run', () => {
  it('opens the next round only when all participants have answered', () => {
    const two = after(contribution(centre, 0), contribution(north, 0));
    expect(two.round).toBe(0);
    const { state, effects } = step(two, contribution(south, 0));
    expect(state.round).toBe(1);
    expect(state.carried).toHaveLength(3);
    expect(effects.map(effect => effect.type)).toEqual(['send', 'send', 'send']);
  });

  it('takes a doubled or late answer once', () => {
    const once = after(contribution(centre, 0));
    expect(step(once, contribution(centre, 0)).state).toBe(once);
    const next = after(contribution(centre, 0), contribution(north, 0), contribution(south, 0));
    expect(step(next, contribution(north, 0)).state).toBe(next);
  });

  it('fails with MASKING_CONTEXT when hospitals are bound to different contexts', () => {
    const state = after(
      contribution(centre, 0),
      contribution(north, 0),
      contribution(south, 0, 'b'.repeat(64) as Hash)
    );
    expect(state).toMatchObject({
      state: 'failed',
      error: { code: 'MASKING_CONTEXT' },
      carried: []
    });
  });

  it('fails with RUN_RESULT_MISMATCH when hospitals release different values, and allows the last bits to differ', () => {
    const near = after(
      release(centre, '{"n":1.0000000000000002}'),
      release(north, '{"n":1}'),
      release(south, '{"n":1}')
    );
    expect(near.state).toBe('checked');
    const far = after(release(centre, '{"n":2983}'), release(north), release(south));
    expect(far).toMatchObject({ state: 'failed', error: { code: 'RUN_RESULT_MISMATCH' } });
  });

  it('waits with HOSPITAL_LOST for a lost hospital it needs, and sends the job again when it is back', () => {
    const waiting = after({ type: 'lost', hospital: south });
    expect(waiting).toMatchObject({
      state: 'waiting',
      error: { code: 'HOSPITAL_LOST', limits: { hospitals: ['south'] } }
    });
    const { state, effects } = step(waiting, { type: 'connected', hospital: south });
    expect(state.state).toBe('running');
    expect(effects).toEqual([{ type: 'send', hospital: south, round: 0 }]);
  });

  it('does not wait for a hospital that has answered', () => {
    expect(after(contribution(south, 0), { type: 'lost', hospital: south }).state).toBe('running');
  });

  it('ends refused with the code of the first hospital that refuses, cancelled with RUN_CANCELLED', () => {
    const error = wardbookError('GUARD_TOO_FEW', { k: 11 }).toWire();
    const refused = after(
      { type: 'refusal', hospital: north, round: 0, error },
      { type: 'cancel' }
    );
    expect(refused).toMatchObject({
      state: 'refused',
      refusedBy: 'north',
      error: { code: 'GUARD_TOO_FEW' }
    });
    expect(after({ type: 'cancel' })).toMatchObject({
      state: 'cancelled',
      error: { code: 'RUN_CANCELLED' }
    });
  });

  it('reaches exactly one final state whatever happens in whatever order, with crashes between', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      let value = seed;
      const next = (below: number) => {
        value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((value / 2 ** 32) * below);
      };
      let state = start;
      const happened: RunEvent[] = [];
      const ends: string[] = [];
      const perform = (effects: readonly Effect[]) => {
        for (const effect of effects) {
          if (effect.type === 'end') ends.push(effect.reason);
          if (effect.type !== 'present') continue;
          const stepped = step(state, { type: 'presented', result: JSON.parse('{}') as Result });
          state = stepped.state;
          perform(stepped.effects);
        }
      };
      const hospitals = [centre, north, south];
      for (let turn = 0; turn < 300 && !FINAL_STATES.includes(state.state); turn += 1) {
        const hospital = hospitals[next(3)] ?? centre;
        const events: RunEvent[] = [
          state.round < 3 ? contribution(hospital, state.round) : release(hospital),
          contribution(hospital, next(4)),
          { type: 'lost', hospital },
          { type: 'connected', hospital },
          ...(next(40) === 0 ? [{ type: 'cancel' } as const] : [])
        ];
        const event = events[next(events.length)] ?? { type: 'connected', hospital };
        const stepped = step(state, event);
        if (stepped.state !== state) happened.push(event);
        state = stepped.state;
        const crashes = next(5) === 0 && !['checked', ...FINAL_STATES].includes(state.state);
        if (!crashes) {
          perform(stepped.effects);
          continue;
        }
        // A crash forgets the effects and the last events, which were not on disk yet; the rest is resumed.
        happened.splice(Math.max(0, happened.length - next(6)));
        state = happened.reduce((before, again) => step(before, again).state, start);
        perform(resume(state));
      }
      if (!FINAL_STATES.includes(state.state)) continue;
      expect(ends, `seed ${seed}`).toEqual([state.state]);
      for (const event of [
        { type: 'cancel' } as const,
        release(north),
        contribution(south, state.round)
      ])
        expect(step(state, event).state, `seed ${seed}`).toBe(state);
    }
  });
});
