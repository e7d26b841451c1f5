import { z } from 'zod';
import { Hash, HospitalId, RunId } from '../ids.js';
import { Localised } from '../localised.js';

/** One block that left: how many numbers a round, in how many rounds. The label is the declaration's. */
export const EgressSummary = z.strictObject({
  name: z.string(),
  label: Localised,
  values: z.number().int().min(0),
  rounds: z.number().int().min(1)
});
/** One block that left. */
export type EgressSummary = z.infer<typeof EgressSummary>;

/** hospital → coordinator: the released values after all pooled rules passed at this hospital. */
export const Release = z.strictObject({
  type: z.literal('release'),
  run: RunId,
  /** Number of rounds whose sums were opened. */
  rounds: z.number().int().min(1),
  hospital: HospitalId,
  snapshot: Hash,
  planHash: Hash,
  /** JSON text of the released values (typed per analysis). */
  values: z.string().max(8_000_000),
  /** Blocks that left in all rounds: for "what left". */
  egress: z.array(EgressSummary),
  /** Head of the hospital's audit chain after the record of this release. */
  auditHead: Hash
});
/** hospital → coordinator: the released values. */
export type Release = z.infer<typeof Release>;
