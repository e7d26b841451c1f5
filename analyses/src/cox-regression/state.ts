import type { FitState } from './newton.js';
import type { Scaling } from './sums.js';

/** Public facts that the set-up round opened. */
export interface CoxSetup extends Scaling {
  readonly patients: number;
  readonly events: number;
  /** Patients of the cohort, with those who are left out for a missing value. */
  readonly cohort: number;
  /** Patients per level, in the order of `designLevels`. */
  readonly levels: readonly number[];
  /** Last lattice step of each time cell; null for the stratified model. */
  readonly ends: readonly number[] | null;
  /** Leavers per cell; null for the stratified model. */
  readonly leavers: readonly number[] | null;
}

/** State between rounds; plain JSON data. */
export type CoxState =
  | { readonly stage: 'setup' }
  | { readonly stage: 'fit'; readonly setup: CoxSetup; readonly fit: FitState };
