import { z } from 'zod';

/** Parameters of `kaplan-meier`. */
export const KaplanMeierParameters = z.strictObject({
  /** Event variable; its duration is named by the dictionary. */
  event: z.string().max(64),
  /** Category or boolean variable that makes the groups. */
  by: z.string().max(64).optional(),
  /** `grid`: times on intervals of at least k people; `exact`: days (public data only). */
  mode: z.enum(['grid', 'exact']),
  /** Type of the 95 % interval; R's default is `log`, clinical papers often use `log-log`. */
  interval: z.enum(['log-log', 'log', 'plain']).optional(),
  /** End of the restricted mean survival time, days; default five years. */
  horizonDays: z.number().positive().max(36_525).optional()
});
/** Parameters of `kaplan-meier`. */
export type KaplanMeierParameters = z.infer<typeof KaplanMeierParameters>;

/** Default horizon of the restricted mean: five years of 365.25 days. */
export const DEFAULT_HORIZON_DAYS = 1826.25;
