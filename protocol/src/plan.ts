import { z } from 'zod';
import { identityOf } from './canonical.js';
import { Cohort } from './cohort.js';
import { wardbookError } from './errors.js';
import { HospitalId, StudyId, type Hash } from './ids.js';
import { parseWith } from './parse.js';

/** Smallest number of hospitals in any pooled sum. */
export const MIN_HOSPITALS_IN_SUM = 3;

/**
 * A question, without code: identity = SHA-256 of its canonical JSON. `hospitals` is sorted and has no
 * repetition, so that one question has one identity. No cohort = everybody.
 */
export const Plan = z.strictObject({
  protocol: z.literal(1),
  study: StudyId,
  analysis: z
    .string()
    .regex(/^[a-z]+(-[a-z]+)*$/)
    .max(40),
  version: z.literal(1),
  parameters: z.record(z.string(), z.unknown()),
  cohort: Cohort.optional(),
  hospitals: z.array(HospitalId).min(1).max(64),
  scope: z.enum(['pooled', 'per-hospital'])
});
/** A question, without code. */
export type Plan = z.infer<typeof Plan>;

/**
 * Reads a plan of protocol 1. Parameters are checked by the catalogue (`bindPlan` of analyses).
 *
 * @throws PLAN_INVALID for any unknown, missing or malformed field
 * @throws PLAN_SCOPE when a pooled plan has fewer than three hospitals or a per-hospital plan not one
 */
export function parsePlan(input: unknown): Plan {
  const plan = parseWith(Plan, input, 'PLAN_INVALID');
  const sorted = [...new Set(plan.hospitals)].sort();
  if (sorted.length !== plan.hospitals.length || sorted.some((id, i) => id !== plan.hospitals[i]))
    throw wardbookError('PLAN_INVALID', { path: 'hospitals', problem: 'not-sorted' });
  const fits =
    plan.scope === 'pooled'
      ? plan.hospitals.length >= MIN_HOSPITALS_IN_SUM
      : plan.hospitals.length === 1;
  if (!fits)
    throw wardbookError('PLAN_SCOPE', { scope: plan.scope, minHospitals: MIN_HOSPITALS_IN_SUM });
  return plan;
}

/** Identity of a plan. */
export function planHash(plan: Plan): Hash {
  return identityOf(plan);
}
