import { z } from 'zod';
import { RunId } from '../ids.js';

/**
 * coordinator → hospital: these runs have ended (cancelled, refused elsewhere, released): forget their work, keep the audit.
 * Nobody waits for it, so those of a moment travel together.
 */
export const RunEnd = z.strictObject({
  type: z.literal('run-end'),
  runs: z
    .array(
      z.strictObject({
        run: RunId,
        reason: z.enum(['released', 'refused', 'failed', 'cancelled'])
      })
    )
    .min(1)
    .max(10_000)
});
/** coordinator → hospital: these runs have ended. */
export type RunEnd = z.infer<typeof RunEnd>;
