import type {
  EgressSummary,
  Hash,
  HospitalId,
  MemberId,
  Plan,
  Result,
  RunId,
  RunState,
  SignedRequest,
  WireError
} from '@wardbook/protocol';

/** One answer of a hospital for the open round. */
export type Answer =
  | { readonly kind: 'contribution'; readonly context: Hash; readonly frame: Uint8Array }
  | { readonly kind: 'release'; readonly release: ReleaseFacts };

/** What a release says, kept without its envelope. */
export interface ReleaseFacts {
  readonly values: string;
  readonly rounds: number;
  readonly snapshot: Hash;
  readonly egress: readonly EgressSummary[];
  readonly auditHead: Hash;
  /** The whole signed frame, as proof. */
  readonly frame: Uint8Array;
}

/** State of one run: a pure fold over its events. */
export interface RunRecord {
  readonly run: RunId;
  readonly plan: Plan;
  readonly planHash: Hash;
  readonly request: SignedRequest;
  readonly participants: readonly HospitalId[];
  readonly requestedAt: string;
  readonly state: RunState;
  /** Open round; contributions of the round before travel with it. */
  readonly round: number;
  readonly carried: readonly Uint8Array[];
  readonly answers: ReadonlyMap<HospitalId, Answer>;
  readonly lost: ReadonlySet<HospitalId>;
  readonly refusedBy: HospitalId | null;
  readonly error: WireError | null;
  readonly result: Result | null;
  readonly requester: MemberId;
}

/** What can happen to a run. An event that was lost with its process is had again from the hospitals (store.ts). */
export type RunEvent =
  | {
      readonly type: 'contribution';
      readonly hospital: HospitalId;
      readonly round: number;
      readonly context: Hash;
      readonly frame: Uint8Array;
    }
  | { readonly type: 'release'; readonly hospital: HospitalId; readonly release: ReleaseFacts }
  | {
      readonly type: 'refusal';
      readonly hospital: HospitalId;
      readonly round: number;
      readonly error: WireError;
    }
  | { readonly type: 'invalid'; readonly error: WireError }
  | { readonly type: 'connected'; readonly hospital: HospitalId }
  | { readonly type: 'lost'; readonly hospital: HospitalId }
  | { readonly type: 'cancel' }
  | { readonly type: 'presented'; readonly result: Result };

/** What has to be done after an event; data, performed by the shell. */
export type Effect =
  | { readonly type: 'send'; readonly hospital: HospitalId; readonly round: number }
  | { readonly type: 'present'; readonly releases: readonly ReleaseFacts[] }
  | { readonly type: 'end'; readonly reason: 'released' | 'refused' | 'failed' | 'cancelled' };

/** A run's next state and what to do. */
export interface Stepped {
  readonly state: RunRecord;
  readonly effects: readonly Effect[];
}
