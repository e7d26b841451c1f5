import { randomBytes } from 'node:crypto';
import { bindPlan } from '@wardbook/analyses';
import { verifyWith } from '@wardbook/masking';
import {
  FINAL_STATES,
  RunId,
  WardbookError,
  charterHash,
  identityOf,
  isErrorCode,
  parsePlan,
  planHash,
  requestBytes,
  wardbookError,
  type CoordinatorMessage,
  type HospitalId,
  type HospitalMessage,
  type Plan,
  type RoundOpen,
  type RunView,
  type SignedRequest
} from '@wardbook/protocol';
import type { CoordinatorConfig } from '../config.js';
import { presentResult } from './present.js';
import { RunEnds } from './run-ends.js';
import type { Effect, RunEvent, RunRecord } from './state.js';
import { resume, step } from './step.js';
import type { RunStart, RunStore, SignedRelease } from './store.js';
import { viewOf } from './view.js';

/** What the runs need of the world. */
export interface RunsOptions {
  readonly config: CoordinatorConfig;
  readonly store: RunStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Sends to a hospital when it is connected. */
  readonly send: (hospital: HospitalId, message: CoordinatorMessage) => void;
  readonly isConnected: (hospital: HospitalId) => boolean;
  /** Snapshot and policy a hospital told last, for stored results; null = not known yet. */
  readonly helloOf: (hospital: HospitalId) => { snapshot: string; policy: string } | null;
}

const REQUEST_LIFE_MS = 10 * 60_000;

/** All runs: events in, effects out; the only place that changes a run. */
export class Runs {
  readonly #options: RunsOptions;
  readonly #open = new Map<string, RunRecord>();
  /** The open round of each run as its hospitals get it. */
  readonly #jobs = new Map<RunId, RoundOpen>();
  readonly #watchers = new Map<string, Set<(view: RunView) => void>>();
  readonly #ends: RunEnds;

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#ends = new RunEnds(options.send);
    for (const { start, events } of options.store.openRuns()) {
      const state = events.reduce((before, event) => step(before, event).state, initial(start));
      // Connections are gone: every hospital counts as lost until it is back.
      const lost = new Set(state.participants);
      const now = step(
        { ...state, lost },
        { type: 'lost', hospital: state.participants[0] ?? ('' as HospitalId) }
      ).state;
      this.#open.set(now.run, now);
      for (const effect of resume(now)) this.#perform(now, effect);
    }
  }

  /**
   * Starts a run after every check that needs no hospital.
   *
   * @throws PLAN_*, AUTH_*, STUDY_UNKNOWN, HOSPITAL_UNKNOWN, GUARD_EXACT_TIMES
   */
  submit(input: unknown, request: SignedRequest): RunView {
    const { config, store, now } = this.#options;
    const plan = parsePlan(input);
    bindPlan(plan, config.charter, config.dictionary);
    this.#checkRequest(plan, request);
    // The same signed request again (its answer was lost): the same run, never a second one.
    const earlier = store.runOfNonce(request.nonce);
    if (earlier !== null) return this.#again(earlier, planHash(plan));
    if (Math.abs(now() - Date.parse(request.issuedAt)) > REQUEST_LIFE_MS)
      throw wardbookError('AUTH_REQUEST_STALE');
    const run = RunId.parse(randomBytes(16).toString('hex'));
    const start: RunStart = {
      run,
      plan,
      planHash: planHash(plan),
      request,
      participants: plan.hospitals,
      requestedAt: new Date(now()).toISOString(),
      requester: request.requester
    };
    const stored = this.#stored(start);
    if (stored !== null) {
      store.claimNonce(request.nonce, stored.run);
      return stored;
    }
    store.addRun(start);
    const lost = new Set(plan.hospitals.filter(id => !this.#options.isConnected(id)));
    const state = initial(start);
    this.#open.set(run, { ...state, lost });
    for (const effect of resume(state)) this.#perform(state, effect);
    for (const hospital of lost) this.apply(run, { type: 'lost', hospital });
    return this.view(run);
  }

  /** The run as its readers see it. @throws RUN_NOT_FOUND */
  view(run: string): RunView {
    const open = this.#open.get(run);
    const view = open ? viewOf(untold(open)) : this.#options.store.finalView(run);
    if (view === null) throw wardbookError('RUN_NOT_FOUND');
    return view;
  }

  /** Calls `watcher` now and on every change; returns how to stop. @throws RUN_NOT_FOUND */
  watch(run: string, watcher: (view: RunView) => void): () => void {
    watcher(this.view(run));
    const watchers = this.#watchers.get(run) ?? new Set();
    watchers.add(watcher);
    this.#watchers.set(run, watchers);
    return () => watchers.delete(watcher);
  }

  /** Takes an answer of a hospital; `frame` is the whole signed frame. */
  answer(
    hospital: HospitalId,
    message: Exclude<HospitalMessage, { type: 'hello' }>,
    frame: Uint8Array
  ): void {
    if (message.hospital !== hospital || !this.#open.has(message.run)) return;
    if (message.type === 'contribution')
      this.apply(message.run, {
        type: 'contribution',
        hospital,
        round: message.round,
        context: message.context,
        frame
      });
    else if (message.type === 'release') {
      const { values, rounds, snapshot, egress, auditHead } = message;
      this.apply(message.run, {
        type: 'release',
        hospital,
        release: { values, rounds, snapshot, egress, auditHead, frame }
      });
    } else {
      const code = isErrorCode(message.code) ? message.code : 'HOSPITAL_INTERNAL';
      const error = wardbookError(code, { ...message.limits, hospital }).toWire();
      this.apply(message.run, { type: 'refusal', hospital, round: message.round, error });
    }
  }

  /** Open runs that a hospital takes part in. */
  openRunsOf(hospital: HospitalId): RunId[] {
    return [...this.#open.values()]
      .filter(({ participants }) => participants.includes(hospital))
      .map(({ run }) => run);
  }

  /** The signed release frames of a released run, for whoever verifies its result. @throws RUN_NOT_FOUND */
  releases(run: string): readonly SignedRelease[] {
    this.view(run);
    return this.#options.store.releases(run);
  }

  /** A hospital came or went: every open run that needs it goes on or waits. */
  hospitalChanged(hospital: HospitalId, type: 'connected' | 'lost'): void {
    for (const run of [...this.#open.keys()]) this.apply(RunId.parse(run), { type, hospital });
  }

  /** Cancels a run; an ended one stays as it is. @throws RUN_NOT_FOUND */
  cancel(run: string): RunView {
    const open = this.#open.get(run);
    if (open) this.apply(open.run, { type: 'cancel' });
    return this.view(run);
  }

  /** Stores an event, steps, performs the effects, tells the watchers. */
  apply(run: RunId, event: RunEvent): void {
    const before = this.#open.get(run);
    if (before === undefined) return;
    const { state, effects } = step(before, event);
    if (state === before) return;
    if (event.type !== 'connected' && event.type !== 'lost')
      this.#options.store.addEvent(run, event);
    this.#open.set(run, state);
    for (const effect of effects) this.#perform(state, effect);
    const current = this.#open.get(run);
    if (current === state && !FINAL_STATES.includes(state.state)) this.#tell(viewOf(state));
  }

  #perform(state: RunRecord, effect: Effect): void {
    switch (effect.type) {
      case 'send':
        return this.#sendJob(state, effect.hospital);
      case 'present':
        return this.#present(state, effect);
      case 'end':
        return this.#end(state, effect.reason);
    }
  }

  #sendJob(state: RunRecord, hospital: HospitalId): void {
    if (!this.#options.isConnected(hospital)) return;
    const known = this.#jobs.get(state.run);
    const job = known?.round === state.round ? known : this.#jobOf(state);
    this.#jobs.set(state.run, job);
    this.#options.send(hospital, job);
  }

  #jobOf(state: RunRecord): RoundOpen {
    return {
      type: 'round-open',
      run: state.run,
      round: state.round,
      plan: state.plan,
      request: state.request,
      charterHash: charterHash(this.#options.config.charter),
      participants: [...state.participants],
      contributions: [...state.carried]
    };
  }

  #present(state: RunRecord, effect: Extract<Effect, { type: 'present' }>): void {
    const { config, store, now } = this.#options;
    try {
      const result = presentResult(config, state, effect.releases, new Date(now()).toISOString());
      store.keepReleases(
        state.run,
        effect.releases.map(({ frame }, index) => ({
          hospital: state.participants[index] ?? '',
          frame
        }))
      );
      const question = this.#question(
        state,
        effect.releases.map(({ snapshot }) => snapshot)
      );
      if (question !== null) store.keepResult(question, result);
      this.apply(state.run, { type: 'presented', result });
    } catch (error) {
      const wire = (
        error instanceof WardbookError ? error : wardbookError('RUN_RESULT_MISMATCH')
      ).toWire();
      this.apply(state.run, { type: 'invalid', error: wire });
    }
  }

  #end(state: RunRecord, reason: Extract<Effect, { type: 'end' }>['reason']): void {
    const view = viewOf(state);
    this.#options.store.endRun(view, () => {
      this.#open.delete(state.run);
      this.#jobs.delete(state.run);
      this.#ends.add(state.participants, { run: state.run, reason });
      this.#tell(view);
    });
  }

  #tell(view: RunView): void {
    for (const watcher of [...(this.#watchers.get(view.run) ?? [])]) watcher(view);
    if (FINAL_STATES.includes(view.state)) this.#watchers.delete(view.run);
  }

  #checkRequest(plan: Plan, request: SignedRequest): void {
    const { config } = this.#options;
    const member = config.charter.members.find(({ id }) => id === request.requester);
    if (member === undefined) throw wardbookError('AUTH_NOT_MEMBER');
    const signed = verifyWith(member.key)(
      requestBytes(request),
      Buffer.from(request.signature, 'hex')
    );
    if (!signed || request.planHash !== planHash(plan)) throw wardbookError('AUTH_BAD_SIGNATURE');
  }

  #again(run: string, hash: string): RunView {
    const view = this.view(run);
    if (view.planHash !== hash) throw wardbookError('AUTH_REQUEST_STALE');
    return view;
  }

  #stored(start: RunStart): RunView | null {
    const { store, now, helloOf } = this.#options;
    const snapshots = start.participants.map(id => helloOf(id)?.snapshot ?? null);
    const question = this.#question(start, snapshots);
    const result = question === null ? null : store.keptResult(question);
    if (result === null) return null;
    store.logReading(new Date(now()).toISOString(), start.requester, result.run);
    return {
      ...viewOf({ ...initial(start), state: 'released', result, run: result.run }),
      stored: true
    };
  }

  // Same question, same data, same policies, same charter = the stored result; null while one is not known.
  #question(
    { planHash: plan, participants }: Pick<RunRecord, 'planHash' | 'participants'>,
    snapshots: readonly (string | null)[]
  ): string | null {
    const policies = participants.map(id => this.#options.helloOf(id)?.policy ?? null);
    if ([...policies, ...snapshots].includes(null)) return null;
    const charter = charterHash(this.#options.config.charter);
    return identityOf({ plan, snapshots, policies, charter });
  }
}

function initial(start: RunStart): RunRecord {
  return {
    ...start,
    state: 'running',
    round: 0,
    carried: [],
    answers: new Map(),
    lost: new Set(),
    refusedBy: null,
    error: null,
    result: null
  };
}

// An end that is not in the file yet is told to nobody: a kill could undo it.
function untold(open: RunRecord): RunRecord {
  if (!FINAL_STATES.includes(open.state)) return open;
  return { ...open, state: 'checked', result: null, error: null };
}
