import { z } from 'zod';
import { HospitalId, StudyId } from './ids.js';

/** Named sets of defaults and bounds. `public-data` has no floors and needs `"dataIsPublic": true`. */
export const Profile = z.enum(['fr-hospital', 'strict', 'teaching', 'public-data']);
/** Named set of defaults and bounds. */
export type Profile = z.infer<typeof Profile>;

/**
 * What a hospital allows; published to the study. Counts are distinct patients, shares are 0–1.
 * A custodian may tighten every limit; `@wardbook/guard` `checkPolicy` refuses what is looser than the profile.
 */
export const Policy = z.strictObject({
  policy: z.literal(1),
  hospital: HospitalId,
  study: StudyId,
  profile: Profile,
  /** Smallest number of distinct patients behind a released number. */
  k: z.number().int().min(0),
  minHospitalsInSum: z.number().int().min(3),
  /** A hospital's whole cohort in a masked sum is 0 or at least this. */
  hospitalCohort: z.number().int().min(0),
  residualDof: z.number().int().min(0),
  /** Parameters of a model ≤ this share of patients and of events. */
  parametersPerEvent: z.number().positive(),
  /** Whether results of this hospital alone may leave. */
  perHospitalResults: z.boolean(),
  /** Floor base of counts attributed to this hospital. */
  countBase: z.number().int().min(1),
  /** Rounding of results attributed to this hospital. */
  significantDigits: z.number().int().min(1).max(17),
  /** Whether curves and models on exact times may leave (only `public-data`). */
  exactTimes: z.boolean(),
  /** Analyses that may run; null = the whole catalogue. */
  analyses: z.array(z.string()).nullable()
});
/** What a hospital allows. */
export type Policy = z.infer<typeof Policy>;

/** The limits a pooled result obeys: the strictest of all participants' policies. */
export interface PooledLimits {
  readonly k: number;
  readonly residualDof: number;
  readonly parametersPerEvent: number;
  readonly exactTimes: boolean;
  readonly profiles: readonly Profile[];
}

/** The strictest of several policies. */
export function pooledLimits(policies: readonly Policy[]): PooledLimits {
  return {
    k: Math.max(...policies.map(policy => policy.k)),
    residualDof: Math.max(...policies.map(policy => policy.residualDof)),
    parametersPerEvent: Math.min(...policies.map(policy => policy.parametersPerEvent)),
    exactTimes: policies.every(policy => policy.exactTimes),
    profiles: [...new Set(policies.map(policy => policy.profile))].sort()
  };
}
