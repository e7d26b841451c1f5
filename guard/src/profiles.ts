import {
  wardbookError,
  type HospitalId,
  type Policy,
  type Profile,
  type StudyId
} from '@wardbook/protocol';

type Limits = Omit<Policy, 'policy' | 'hospital' | 'study' | 'profile'>;

const FR_HOSPITAL: Limits = {
  k: 11,
  minHospitalsInSum: 3,
  hospitalCohort: 11,
  residualDof: 10,
  parametersPerEvent: 0.1,
  perHospitalResults: false,
  countBase: 5,
  significantDigits: 6,
  exactTimes: false,
  analyses: null
};

/** Defaults of each profile. `strict` and `teaching` gain their noise with the full guard. */
export const PROFILES: Readonly<Record<Profile, Limits>> = {
  'fr-hospital': FR_HOSPITAL,
  strict: { ...FR_HOSPITAL, k: 20, hospitalCohort: 20, countBase: 10 },
  teaching: FR_HOSPITAL,
  'public-data': {
    ...FR_HOSPITAL,
    k: 0,
    hospitalCohort: 0,
    residualDof: 0,
    parametersPerEvent: 1,
    perHospitalResults: true,
    countBase: 1,
    significantDigits: 17,
    exactTimes: true
  }
};

/** Loosest values that two signatures could allow; only `public-data` is free of them. */
const BOUNDS = {
  k: 5,
  minHospitalsInSum: 3,
  hospitalCohort: 5,
  residualDof: 10,
  parametersPerEvent: 0.1,
  countBase: 5,
  significantDigits: 6
} as const;

/** The default policy of a profile for one hospital. */
export function defaultPolicy(
  profile: Profile,
  ids: { readonly hospital: HospitalId; readonly study: StudyId }
): Policy {
  return { policy: 1, ...ids, profile, ...PROFILES[profile] };
}

/**
 * Refuses a policy that is looser than its profile's bounds.
 *
 * @param options.dataIsPublic what `hospital.json` says; `public-data` starts only with it
 * @throws POLICY_OUT_OF_BOUNDS with `{ limit, bound }`
 */
export function checkPolicy(policy: Policy, options: { readonly dataIsPublic: boolean }): void {
  const refuse = (limit: string, bound: number | boolean): never => {
    throw wardbookError('POLICY_OUT_OF_BOUNDS', { limit, bound });
  };
  if (policy.profile === 'public-data') {
    if (!options.dataIsPublic) refuse('profile', false);
    return;
  }
  for (const limit of [
    'k',
    'minHospitalsInSum',
    'hospitalCohort',
    'residualDof',
    'countBase'
  ] as const)
    if (policy[limit] < BOUNDS[limit]) refuse(limit, BOUNDS[limit]);
  for (const limit of ['parametersPerEvent', 'significantDigits'] as const)
    if (policy[limit] > BOUNDS[limit]) refuse(limit, BOUNDS[limit]);
  if (policy.exactTimes) refuse('exactTimes', false);
}
