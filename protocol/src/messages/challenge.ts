import { z } from 'zod';
import { hexBytes } from '../ids.js';

/** coordinator → hospital, first on every connection: prove who you are. Errors: none. */
export const Challenge = z.strictObject({
  type: z.literal('challenge'),
  versions: z.array(z.number().int()).min(1).max(16),
  /** Fresh random bytes the hospital must sign into its `hello`. */
  nonce: hexBytes(32)
});
/** coordinator → hospital: prove who you are. */
export type Challenge = z.infer<typeof Challenge>;
