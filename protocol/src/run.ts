import type { WireError } from './errors.js';
import type { Hash, HospitalId, MemberId, RunId } from './ids.js';
import type { Plan } from './plan.js';
import type { Result } from './result.js';

/** States of a run; the last four are final and exactly one of them is reached. */
export type RunState =
  'requested' | 'running' | 'waiting' | 'checked' | 'released' | 'refused' | 'failed' | 'cancelled';

/** The states that end a run. */
export const FINAL_STATES: readonly RunState[] = ['released', 'refused', 'failed', 'cancelled'];

/** What one hospital does in a run. */
export type HospitalRunState = 'queued' | 'computing' | 'lost' | 'refused' | 'done';

/** A run as its readers see it; pushed whole on every change. */
export interface RunView {
  readonly run: RunId;
  readonly planHash: Hash;
  readonly plan: Plan;
  readonly requester: MemberId;
  readonly state: RunState;
  /** Round trips finished so far. */
  readonly round: number;
  readonly hospitals: readonly { readonly id: HospitalId; readonly state: HospitalRunState }[];
  /** Why it ended without a result; for `waiting`, whom it waits for. */
  readonly error: WireError | null;
  readonly result: Result | null;
  /** True when an earlier result of the same question on the same data was given. */
  readonly stored: boolean;
  readonly requestedAt: string;
}
