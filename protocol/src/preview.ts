import type { Hash, HospitalId } from './ids.js';
import type { Localised } from './localised.js';
import type { Plan } from './plan.js';
import type { WireError } from './errors.js';

/** One line of "what would leave the hospital". */
export interface PreviewItem {
  readonly label: Localised;
  /** Extent per dimension; `null` where it depends on the data (then `atMost` bounds it). */
  readonly shape: readonly number[] | null;
  readonly atMost: number;
  readonly unit: string;
  /** True: leaves only inside a masked sum over all hospitals. */
  readonly summed: boolean;
  /** `once`, or each iteration of a fit. */
  readonly times: 'once' | 'each-iteration';
}

/** A rule that will be applied, in plain words with its public limit. */
export interface PreviewRule {
  readonly id: string;
  readonly text: Localised;
}

/** What would leave, from where, under which rules. No hospital is contacted for it. */
export interface Preview {
  readonly plan: Plan;
  readonly planHash: Hash;
  readonly mode: string;
  readonly hospitals: readonly { readonly id: HospitalId; readonly name: Localised }[];
  readonly items: readonly PreviewItem[];
  /** What is released to the study's members at the end. */
  readonly released: readonly Localised[];
  readonly rules: readonly PreviewRule[];
  /** Refusals that are certain already (from dictionary and policies). */
  readonly problems: readonly WireError[];
}
