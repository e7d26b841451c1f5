import { z } from 'zod';
import { Hash, HospitalId, RunId } from '../ids.js';
import { Plan } from '../plan.js';
import { SignedRequest } from '../request.js';

/**
 * coordinator → hospital: do round `round` of a run. Round 0 carries no contributions; round r > 0 carries
 * the signed `contribution` frames of *all* participants for round r−1, so that each hospital verifies
 * and adds them up by itself: the coordinator cannot alter a sum. Job identity = (run, round): a second
 * delivery gets the stored answer, never a second computation.
 * Answers: `contribution`, `release` or `refusal`.
 */
export const RoundOpen = z.strictObject({
  type: z.literal('round-open'),
  run: RunId,
  round: z.number().int().min(0).max(200),
  plan: Plan,
  request: SignedRequest,
  charterHash: Hash,
  /** Participants, sorted; equals the plan's hospitals. */
  participants: z.array(HospitalId).min(1).max(64),
  /** Whole frames (header, payload, signature) of round − 1, by hospital in the order of `participants`. */
  contributions: z.array(z.custom<Uint8Array>(value => value instanceof Uint8Array)).max(64)
});
/** coordinator → hospital: do a round of a run. */
export type RoundOpen = z.infer<typeof RoundOpen>;
