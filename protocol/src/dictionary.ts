import { z } from 'zod';
import { StudyId } from './ids.js';
import { Localised } from './localised.js';

/** A level of a category. `code` is what plans and data hold. */
export const Level = z.strictObject({ code: z.string().min(1).max(40), label: Localised });
/** A level of a category. */
export type Level = z.infer<typeof Level>;

const shared = {
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .max(64),
  label: Localised,
  /** Code in LOINC, ICD-O or SNOMED CT, where there is one. */
  code: z.strictObject({ system: z.string(), code: z.string() }).optional(),
  sensitivity: z.enum(['ordinary', 'sensitive', 'identifying']),
  /** Declared complete in every snapshot: its missing cell is a structural zero. */
  complete: z.boolean().optional(),
  /** Hospitals without this variable: plans that use it cannot ask them. */
  absentAt: z.array(z.string()).optional()
};
const range = z.strictObject({ min: z.number(), max: z.number() });

/** A variable of a study. Ranges are public plausible bounds, in the unit; they are never computed from data. */
export const Variable = z.discriminatedUnion('type', [
  z.strictObject({
    ...shared,
    type: z.literal('number'),
    unit: z.string(),
    range,
    /** Public ascending histogram breaks; first and last cover the range. */
    breaks: z.array(z.number()).min(3).max(51),
    /** Smallest width of a cohort filter on this variable, in the unit. */
    banding: z.number().positive().optional()
  }),
  z.strictObject({ ...shared, type: z.literal('category'), levels: z.array(Level).min(2).max(40) }),
  /** 0 or 1. */
  z.strictObject({ ...shared, type: z.literal('boolean') }),
  /** Follow-up time from the study's origin, days; `latticeDays` = public step of survival grids. */
  z.strictObject({
    ...shared,
    type: z.literal('duration'),
    unit: z.literal('d'),
    range,
    latticeDays: z.number().int().min(1).max(366)
  }),
  /** 1 = the event happened at `time`, 0 = censored then. */
  z.strictObject({ ...shared, type: z.literal('event'), time: z.string() })
]);
/** A variable of a study. */
export type Variable = z.infer<typeof Variable>;

/** All variables of a study; one JSON file. */
export const Dictionary = z.strictObject({
  dictionary: z.literal(1),
  study: StudyId,
  version: z.string(),
  title: Localised,
  variables: z.array(Variable).min(1).max(500)
});
/** All variables of a study. */
export type Dictionary = z.infer<typeof Dictionary>;
