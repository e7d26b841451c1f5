import { verifyWith } from '@wardbook/masking';
import {
  Contribution,
  decodeFrame,
  parseWith,
  wardbookError,
  type Hash,
  type RoundOpen
} from '@wardbook/protocol';
import type { HospitalConfig } from '../config.js';
import type { StoredJob } from '../store.js';

/**
 * The ring bytes of all participants for the previous round, each verified by its hospital's key.
 *
 * @param own what this hospital itself sent
 * @throws MASKING_CONTEXT, AUTH_BAD_SIGNATURE, PROTOCOL_BAD_FRAME
 */
export function verifiedContributions(
  config: HospitalConfig,
  job: RoundOpen,
  own: StoredJob
): Uint8Array[] {
  if (job.contributions.length !== job.participants.length)
    throw wardbookError('MASKING_CONTEXT', { reason: 'number' });
  return job.participants.map((hospital, index) => {
    const bytes = job.contributions[index] ?? new Uint8Array();
    const frame = decodeFrame(bytes);
    const key = config.charter.hospitals.find(({ id }) => id === hospital)?.signingKey;
    // What this hospital signed itself is compared byte by byte.
    const known = hospital === config.hospital && Buffer.compare(bytes, own.answer) === 0;
    if (!known && (key === undefined || !verifyWith(key)(frame.signed, frame.signature)))
      throw wardbookError('AUTH_BAD_SIGNATURE');
    const message = parseWith(Contribution, frame.payload, 'PROTOCOL_BAD_FRAME');
    const fits =
      message.hospital === hospital &&
      message.run === job.run &&
      message.round === job.round - 1 &&
      message.context === (own.context satisfies Hash | null);
    if (!fits) throw wardbookError('MASKING_CONTEXT', { reason: 'contribution' });
    if (hospital === config.hospital && !known)
      throw wardbookError('MASKING_CONTEXT', { reason: 'own contribution' });
    return message.values;
  });
}
