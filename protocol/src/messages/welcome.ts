import { z } from 'zod';
import { hexBytes } from '../ids.js';

/** coordinator → hospital: proves the coordinator's key; work may follow. */
export const Welcome = z.strictObject({
  type: z.literal('welcome'),
  version: z.number().int(),
  /** The hospital's nonce from `hello`. */
  nonce: hexBytes(32)
});
/** coordinator → hospital: proves the coordinator's key. */
export type Welcome = z.infer<typeof Welcome>;
