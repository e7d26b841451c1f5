import { z } from 'zod';
import { RunId } from '../ids.js';

/** coordinator → hospital: the run has ended (cancelled, refused elsewhere, released): forget its work, keep the audit. */
export const RunEnd = z.strictObject({
  type: z.literal('run-end'),
  run: RunId,
  reason: z.enum(['released', 'refused', 'failed', 'cancelled'])
});
/** coordinator → hospital: the run has ended. */
export type RunEnd = z.infer<typeof RunEnd>;
