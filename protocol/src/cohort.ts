import { z } from 'zod';

/** A literal of a comparison: dictionary levels are text, measures are finite numbers. */
const Literal = z.union([z.string().max(64), z.number(), z.boolean()]);
/** A literal of a comparison. */
export type Literal = z.infer<typeof Literal>;

const variable = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/)
  .max(64);

/** One comparison of a dictionary variable with literals. A missing value satisfies only `missing: true`. */
export const Comparison = z.union([
  z.strictObject({ variable, eq: Literal }),
  z.strictObject({ variable, in: z.array(Literal).min(1).max(40) }),
  z.strictObject({ variable, between: z.tuple([z.number(), z.number()]) }),
  z.strictObject({ variable, lt: z.number() }),
  z.strictObject({ variable, le: z.number() }),
  z.strictObject({ variable, gt: z.number() }),
  z.strictObject({ variable, ge: z.number() }),
  z.strictObject({ variable, missing: z.boolean() })
]);
/** One comparison of a dictionary variable with literals; `between` includes both ends. */
export type Comparison = z.infer<typeof Comparison>;

/** Who is asked about: comparisons joined by and, or, not. Depth ≤ 8, leaves ≤ 32. */
export type Cohort = { and: Cohort[] } | { or: Cohort[] } | { not: Cohort } | Comparison;

const Node: z.ZodType<Cohort> = z.lazy(() =>
  z.union([
    z.strictObject({ and: z.array(Node).min(1).max(32) }),
    z.strictObject({ or: z.array(Node).min(1).max(32) }),
    z.strictObject({ not: Node }),
    Comparison
  ])
);

/** Schema of a cohort; limits: depth ≤ 8, leaves ≤ 32. Depth is checked before the recursive parse. */
export const Cohort: z.ZodType<Cohort> = z
  .unknown()
  .refine(value => nesting(value, 0) <= 20, { message: 'too deep' })
  .pipe(Node)
  .refine(cohort => depthOf(cohort) <= 8, { message: 'too deep' })
  .refine(cohort => comparisonsOf(cohort).length <= 32, { message: 'too many comparisons' });

/** All comparisons of a cohort, left to right. */
export function comparisonsOf(cohort: Cohort): Comparison[] {
  if ('and' in cohort) return cohort.and.flatMap(comparisonsOf);
  if ('or' in cohort) return cohort.or.flatMap(comparisonsOf);
  if ('not' in cohort) return comparisonsOf(cohort.not);
  return [cohort];
}

function depthOf(cohort: Cohort): number {
  if ('and' in cohort) return 1 + Math.max(...cohort.and.map(depthOf));
  if ('or' in cohort) return 1 + Math.max(...cohort.or.map(depthOf));
  if ('not' in cohort) return 1 + depthOf(cohort.not);
  return 1;
}

function nesting(value: unknown, level: number): number {
  if (typeof value !== 'object' || value === null || level > 20) return level;
  return Object.values(value).reduce<number>(
    (deepest, member) => Math.max(deepest, nesting(member, level + 1)),
    level
  );
}
