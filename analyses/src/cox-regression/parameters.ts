import { z } from 'zod';

/** Parameters of `cox-regression`. */
export const CoxParameters = z.strictObject({
  /** Event variable; its duration is named by the dictionary. */
  event: z.string().max(64),
  /** Numbers, booleans and categories (against their first level), at most ten. */
  covariates: z.array(z.string().max(64)).min(1).max(10),
  /**
   * `grid`: one common risk set on intervals of at least k people; `stratified`: exact times, compared within
   * each hospital only; `exact`: common risk set on exact days (public data only).
   */
  mode: z.enum(['grid', 'stratified', 'exact'])
});
/** Parameters of `cox-regression`. */
export type CoxParameters = z.infer<typeof CoxParameters>;
