import type { Charter } from './charter.js';
import type { Dictionary } from './dictionary.js';
import type { HospitalId, StudyId } from './ids.js';
import type { Localised } from './localised.js';
import type { Policy } from './policy.js';
import type { SnapshotInfo } from './messages/hello.js';

/** A hospital as the side panel shows it. */
export interface HospitalStatus {
  readonly id: HospitalId;
  readonly name: Localised;
  readonly state: 'connected' | 'lost';
  /** Policy last published by the hospital (the charter's before its first connection). */
  readonly policy: Policy;
  readonly snapshot: SnapshotInfo | null;
  /** ISO date-time of the last sign of life. */
  readonly lastSeen: string | null;
}

/** The federation as its members see it. */
export interface FederationView {
  readonly study: { readonly id: StudyId; readonly title: Localised };
  readonly hospitals: readonly HospitalStatus[];
}

/** A study as its members see it: everything that preview, types and forms need. */
export interface StudyView extends FederationView {
  readonly charter: Charter;
  readonly dictionary: Dictionary;
}
