import { z } from 'zod';
import { Hash, HospitalId, StudyId, hexBytes } from '../ids.js';
import { Policy } from '../policy.js';

/** What a hospital tells of its data: identity and a floored size, nothing else. */
export const SnapshotInfo = z.strictObject({
  id: Hash,
  /** Distinct patients, floored to the policy's base. */
  patientsFloor: z.number().int().min(0)
});
/** What a hospital tells of its data. */
export type SnapshotInfo = z.infer<typeof SnapshotInfo>;

/** hospital → coordinator: answers the challenge and publishes the policy. Errors: AUTH_BAD_SIGNATURE, PROTOCOL_VERSION. */
export const Hello = z.strictObject({
  type: z.literal('hello'),
  version: z.number().int(),
  hospital: HospitalId,
  study: StudyId,
  charterHash: Hash,
  dictionaryHash: Hash,
  policy: Policy,
  snapshot: SnapshotInfo,
  /** The coordinator's nonce, signed back with this frame. */
  challenge: hexBytes(32),
  /** The coordinator signs this back in `welcome`. */
  nonce: hexBytes(32)
});
/** hospital → coordinator: answers the challenge and publishes the policy. */
export type Hello = z.infer<typeof Hello>;
