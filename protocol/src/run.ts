import { z } from 'zod';
import { isErrorCode, type WireError } from './errors.js';
import { Hash, HospitalId, MemberId, RunId } from './ids.js';
import type { Localised } from './localised.js';
import { Plan } from './plan.js';
import { Result } from './result.js';

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

/** MIME type of a run's progress in a notebook. */
export const PROGRESS_MIME = 'application/vnd.wardbook.progress.v1+json';

/** A run on its way, as a cell shows it. */
export interface RunProgress {
  readonly run: RunId;
  readonly state: RunState;
  /** Round trips finished so far. */
  readonly round: number;
  readonly hospitals: readonly { readonly name: Localised; readonly state: HospitalRunState }[];
}

const WireErrorSchema = z.strictObject({
  code: z.string().refine(isErrorCode),
  message: z.string().min(1),
  mend: z.string().min(1),
  retryable: z.boolean(),
  limits: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
});

/** Schema of a run as the gateway sends it. */
export const RunView = z.strictObject({
  run: RunId,
  planHash: Hash,
  plan: Plan,
  requester: MemberId,
  state: z.enum([
    'requested',
    'running',
    'waiting',
    'checked',
    'released',
    'refused',
    'failed',
    'cancelled'
  ]),
  round: z.number().int().min(0),
  hospitals: z.array(
    z.strictObject({
      id: HospitalId,
      state: z.enum(['queued', 'computing', 'lost', 'refused', 'done'])
    })
  ),
  error: WireErrorSchema.nullable(),
  result: Result.nullable(),
  stored: z.boolean(),
  requestedAt: z.iso.datetime()
});
