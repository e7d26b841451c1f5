import { z } from 'zod';
import { HospitalId, RunId } from '../ids.js';

/** hospital → coordinator: this run ends here. Code and public limits only, never a value, a path or a stack. */
export const Refusal = z.strictObject({
  type: z.literal('refusal'),
  run: RunId,
  round: z.number().int().min(0),
  hospital: HospitalId,
  code: z.string(),
  limits: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
});
/** hospital → coordinator: this run ends here. */
export type Refusal = z.infer<typeof Refusal>;
