import { wardbookError, type Variable } from '@wardbook/protocol';
import { z } from 'zod';

const column = z.string().min(1).max(128);
const literal = z.union([z.string().max(128), z.number(), z.boolean()]);
const Condition = z.strictObject({ column, equals: literal });
type Condition = z.infer<typeof Condition>;

/** How one variable comes from the hospital's columns. Declarative: no code, no SQL text. */
export type Rule =
  | { column: string; recode?: Record<string, string>; scale?: number; offset?: number }
  | { column: string; bands: ({ le: number; level: string } | { level: string })[] }
  | { first: { when?: Condition; then: Rule }[] }
  | { any: Condition[] }
  | { constant: z.infer<typeof literal> }
  | { absent: true };

/** Schema of a mapping rule. */
export const Rule: z.ZodType<Rule> = z.lazy(() =>
  z.union([
    z.strictObject({
      column,
      bands: z
        .array(
          z.union([
            z.strictObject({ le: z.number(), level: z.string() }),
            z.strictObject({ level: z.string() })
          ])
        )
        .min(1)
        .max(40)
    }),
    z.strictObject({
      column,
      recode: z.record(z.string(), z.string()).optional(),
      scale: z.number().optional(),
      offset: z.number().optional()
    }) as z.ZodType<Rule>,
    z.strictObject({
      first: z
        .array(z.strictObject({ when: Condition.optional(), then: Rule }))
        .min(1)
        .max(10)
    }) as z.ZodType<Rule>,
    z.strictObject({ any: z.array(Condition).min(1).max(20) }),
    z.strictObject({ constant: literal }),
    z.strictObject({ absent: z.literal(true) })
  ])
);

/**
 * SQL expression of a rule over the text columns of `source`: text for categories, DOUBLE otherwise.
 *
 * @throws MAPPING_INVALID when the rule does not fit the variable's type or levels
 */
export function compileRule(rule: Rule, variable: Variable): string {
  if ('absent' in rule) return 'NULL';
  if ('constant' in rule) return typed(textLiteral(String(rule.constant)), variable);
  if ('any' in rule) {
    if (variable.type === 'category') throw invalid(variable);
    const conditions = rule.any.map(condition);
    return `CASE WHEN ${conditions.join(' OR ')} THEN 1.0 WHEN (${conditions.join(' OR ')}) IS NULL THEN NULL ELSE 0.0 END`;
  }
  if ('first' in rule) {
    const branches = rule.first.map(({ when, then }) =>
      when === undefined
        ? `WHEN TRUE THEN ${compileRule(then, variable)}`
        : `WHEN ${condition(when)} THEN ${compileRule(then, variable)}`
    );
    return `CASE ${branches.join(' ')} ELSE NULL END`;
  }
  const source = present(rule.column);
  if ('bands' in rule) return bands(rule.bands, source, variable);
  if (rule.recode !== undefined) {
    for (const level of Object.values(rule.recode)) checkLevel(level, variable);
    const cases = Object.entries(rule.recode).map(
      ([from, to]) => `WHEN ${textLiteral(from)} THEN ${textLiteral(to)}`
    );
    return typed(`CASE ${source} ${cases.join(' ')} ELSE NULL END`, variable);
  }
  if (variable.type === 'category') return source;
  return `(TRY_CAST(${source} AS DOUBLE) * ${numberLiteral(rule.scale ?? 1)} + ${numberLiteral(rule.offset ?? 0)})`;
}

/** A quoted identifier: the only way a column name enters SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function bands(
  steps: readonly ({ le: number; level: string } | { level: string })[],
  source: string,
  variable: Variable
): string {
  const value = `TRY_CAST(${source} AS DOUBLE)`;
  const cases = steps.map(step => {
    checkLevel(step.level, variable);
    const test = 'le' in step ? `${value} <= ${numberLiteral(step.le)}` : `${value} IS NOT NULL`;
    return `WHEN ${test} THEN ${textLiteral(step.level)}`;
  });
  return `CASE ${cases.join(' ')} ELSE NULL END`;
}

/** The trimmed text of a column; empty and NA are missing. */
function present(name: string): string {
  return `NULLIF(NULLIF(TRIM(CAST(${identifier(name)} AS VARCHAR)), ''), 'NA')`;
}

function condition({ column: name, equals }: Condition): string {
  const source = present(name);
  return typeof equals === 'string'
    ? `(${source} = ${textLiteral(equals)})`
    : `(TRY_CAST(${source} AS DOUBLE) = ${numberLiteral(Number(equals))})`;
}

function typed(text: string, variable: Variable): string {
  return variable.type === 'category' ? text : `TRY_CAST(${text} AS DOUBLE)`;
}

function checkLevel(level: string, variable: Variable): void {
  if (variable.type === 'category' && !variable.levels.some(({ code }) => code === level))
    throw invalid(variable);
}

function textLiteral(text: string): string {
  if (text.includes('\0')) throw wardbookError('MAPPING_INVALID');
  return `'${text.replaceAll("'", "''")}'`;
}

function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) throw wardbookError('MAPPING_INVALID');
  return `CAST('${value}' AS DOUBLE)`;
}

function invalid(variable: Variable) {
  return wardbookError('MAPPING_INVALID', { variable: variable.name });
}
