import type { Verdict } from '@wardbook/guard';
import type { SumPort } from '@wardbook/masking';
import {
  pooledLimits,
  type Hash,
  type HospitalMessage,
  type PooledLimits,
  type Sign
} from '@wardbook/protocol';
import type { AuditRecord } from '../audit.js';
import type { HospitalConfig } from '../config.js';
import type { Snapshot } from '../data/snapshot.js';
import type { Recorder } from '../recorder.js';
import type { HospitalStore } from '../store.js';
import type { Question } from './resolve.js';

/** What the pipeline of a round works with. */
export interface RoundTools {
  readonly config: HospitalConfig;
  readonly snapshot: Snapshot;
  readonly store: HospitalStore;
  readonly sums: SumPort;
  readonly sign: Sign;
  readonly recorder: Recorder;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Questions of runs in progress, so that a round does not check them again. */
  readonly questions: Map<string, Question>;
  /** Where an unexpected fault is told: no patient data. */
  readonly onFault: (error: unknown) => void;
}

/** A round's outcome before it is framed. */
export interface Outcome {
  readonly message: (auditHead: Hash) => HospitalMessage;
  readonly state: string | null;
  readonly context: Hash | null;
  readonly transcript: Hash;
  readonly event: AuditRecord['event'];
  readonly verdicts: readonly Verdict[];
  readonly evidence: unknown;
  readonly payload: string | Uint8Array;
  readonly code: string | null;
}

/** Limits that all hospitals of a plan know alike: what is hidden is hidden by them, or the results would differ. */
export function charterLimits({ config }: RoundTools, { plan }: Question): PooledLimits {
  return pooledLimits(
    config.charter.hospitals
      .filter(({ id }) => plan.hospitals.includes(id))
      .map(({ policy }) => policy)
  );
}

/** The charter's limits and this hospital's own, whichever is stricter: what leaves is judged by them. */
export function ownLimits({ config }: RoundTools, { plan }: Question): PooledLimits {
  const policies = config.charter.hospitals
    .filter(({ id }) => plan.hospitals.includes(id))
    .map(({ policy }) => policy);
  return pooledLimits([...policies, config.policy]);
}
