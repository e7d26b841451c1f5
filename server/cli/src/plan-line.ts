import type { Cohort, Comparison, Plan } from '@wardbook/protocol';

/** A plan in one line for people: analysis, parameters, cohort, hospitals, scope. */
export function planLine(plan: Plan): string {
  const { analysis, parameters, cohort, hospitals, scope } = plan;
  const given = Object.entries(parameters).map(([name, value]) => `${name}: ${valueLine(value)}`);
  return [
    given.length === 0 ? analysis : `${analysis} with ${given.join(', ')}`,
    `of ${cohort === undefined ? 'everybody' : `patients with ${cohortLine(cohort)}`}`,
    `${scope} over ${hospitals.join(', ')}`
  ].join('; ');
}

/** A cohort in one line: `age >= 50 and (size = gt50 or grade = 3)`. */
export function cohortLine(cohort: Cohort): string {
  if ('and' in cohort) return cohort.and.map(grouped).join(' and ');
  if ('or' in cohort) return cohort.or.map(grouped).join(' or ');
  if ('not' in cohort) return `not (${cohortLine(cohort.not)})`;
  return comparisonLine(cohort);
}

function grouped(part: Cohort): string {
  const line = cohortLine(part);
  return 'and' in part || 'or' in part ? `(${line})` : line;
}

function comparisonLine(comparison: Comparison): string {
  const { variable } = comparison;
  if ('eq' in comparison) return `${variable} = ${comparison.eq}`;
  if ('in' in comparison) return `${variable} in ${comparison.in.join(', ')}`;
  if ('between' in comparison)
    return `${variable} from ${comparison.between[0]} to ${comparison.between[1]}`;
  if ('lt' in comparison) return `${variable} < ${comparison.lt}`;
  if ('le' in comparison) return `${variable} <= ${comparison.le}`;
  if ('gt' in comparison) return `${variable} > ${comparison.gt}`;
  if ('ge' in comparison) return `${variable} >= ${comparison.ge}`;
  return `${variable} is ${comparison.missing ? 'missing' : 'known'}`;
}

function valueLine(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(valueLine).join(', ')}]`;
  return JSON.stringify(value);
}
