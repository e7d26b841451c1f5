import { z } from 'zod';
import { Hash, HospitalId, RunId } from '../ids.js';

/**
 * hospital → coordinator: the masked partial of one round. Readable by nobody alone: the coordinator
 * relays it to the other hospitals.
 */
export const Contribution = z.strictObject({
  type: z.literal('contribution'),
  run: RunId,
  round: z.number().int().min(0),
  hospital: HospitalId,
  /** Context hash c the masks are bound to; equal for all participants or the round ends. */
  context: Hash,
  /** Little-endian unsigned 64-bit ring elements. */
  values: z.custom<Uint8Array>(value => value instanceof Uint8Array)
});
/** hospital → coordinator: the masked partial of one round. */
export type Contribution = z.infer<typeof Contribution>;
