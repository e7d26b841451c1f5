import { z } from 'zod';
import { RunId, hexBytes } from '../ids.js';

/** coordinator → hospital: proves the coordinator's key; work may follow. */
export const Welcome = z.strictObject({
  type: z.literal('welcome'),
  version: z.number().int(),
  /** The hospital's nonce from `hello`. */
  nonce: hexBytes(32),
  /** Runs of this hospital that are open: what it keeps of any other may go. */
  openRuns: z.array(RunId).max(10_000)
});
/** coordinator → hospital: proves the coordinator's key. */
export type Welcome = z.infer<typeof Welcome>;
