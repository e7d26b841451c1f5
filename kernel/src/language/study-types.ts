import { catalogue, type CatalogueEntry } from '@wardbook/analyses';
import type { Localised, StudyView, Variable } from '@wardbook/protocol';
import { z } from 'zod';
import { literal, propertyTypes } from './schema-types.js';

// Parameters that name a variable, and which kinds of variable fit (as the analyses' own checks demand).
const ROLES: Readonly<Record<string, string>> = {
  event: 'EventVariable',
  by: 'GroupVariable',
  strata: 'GroupVariable',
  covariates: 'ModelVariable',
  variables: 'ModelVariable',
  variable: 'Variable',
  time: 'DurationVariable'
};

const DOCS: Readonly<Record<string, string>> = {
  event: 'Event of the outcome; its duration is named by the dictionary.',
  by: 'Variable that makes the groups.',
  covariates: 'Numbers, yes/no variables and categories (against their first level).',
  variables: 'What the table describes.',
  mode: 'grid: times on public intervals; exact: days, public data only; stratified: compared within each hospital.',
  interval: 'Type of the 95 % interval.',
  horizonDays: 'End of the restricted mean survival time, days.',
  cohort: 'Who is asked about; everybody when absent.',
  hospitals: "Hospitals to ask; the study's default ones when absent.",
  scope: "pooled: one sum over at least three hospitals; per-hospital: one hospital's own result."
};

/**
 * Declarations of one study: its variables by kind, their levels, its hospitals, and the builders of its questions
 * typed by them.
 */
export function studyTypes(view: StudyView): string {
  const id = view.study.id;
  const entries = [...catalogue.values()];
  return [
    ...variableTypes(asked(view.dictionary.variables)),
    `/** Hospitals of the study: ${list(view.charter.hospitals.map(({ id: hospital, name }) => `${hospital} = ${name.en}`))}. */`,
    `export type Hospital = ${union(view.charter.hospitals.map(hospital => hospital.id))};`,
    ...entries.map(parameterType),
    ...entries.map(
      entry =>
        `/** ${comment(entry.title)} */\nexport declare function ${builderName(entry.id)}(parameters${isOptional(entry) ? '?' : ''}: ${typeName(entry.id)}): WardbookPlan<${literal(entry.id)}>;`
    ),
    WHERE,
    `/** ${comment(view.study.title)} */`,
    'export interface Study {',
    `  readonly id: ${literal(id)};`,
    '  /** Charter, hospitals and dictionary. */\n  readonly view: WardbookStudy["view"];',
    '  /** Asks the hospitals and waits for the released result. */',
    '  run<Analysis extends string>(plan: WardbookPlan<Analysis>): Promise<WardbookResult<Analysis>>;',
    ...entries.map(
      entry =>
        `  /** ${comment(entry.title)} */\n  ${builderName(entry.id)}: typeof ${builderName(entry.id)};`
    ),
    '}',
    `declare global { interface WardbookStudies { ${literal(id)}: Study } }`,
    ''
  ].join('\n');
}

/** Names that a federated cell of a study takes from its document. */
export function studyNames(): string[] {
  return [...[...catalogue.keys()].map(builderName), 'where'];
}

/** Words of a study that a person may misspell: its variables, levels and hospitals. */
export function studyWords({ dictionary, charter }: StudyView): string[] {
  return [
    ...asked(dictionary.variables).flatMap(variable => [
      variable.name,
      ...(variable.type === 'category' ? variable.levels.map(({ code }) => code) : [])
    ]),
    ...charter.hospitals.map(({ id }) => id as string)
  ];
}

/** `kaplan-meier` → `kaplanMeier`. */
export function builderName(analysis: string): string {
  return analysis.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const WHERE = `export declare const where: {
  /** Equal to a value. */
  eq<V extends Variable>(variable: V, value: ValueOf[V]): WardbookCohort;
  /** One of several values. */
  in<V extends Variable>(variable: V, values: ValueOf[V][]): WardbookCohort;
  /** From low to high, both included. */
  between(variable: NumericVariable, low: number, high: number): WardbookCohort;
  /** Less than. */
  lt(variable: NumericVariable, value: number): WardbookCohort;
  /** At most. */
  le(variable: NumericVariable, value: number): WardbookCohort;
  /** Greater than. */
  gt(variable: NumericVariable, value: number): WardbookCohort;
  /** At least. */
  ge(variable: NumericVariable, value: number): WardbookCohort;
  /** Not recorded. */
  missing(variable: Variable): WardbookCohort;
  /** All of them. */
  and(...cohorts: WardbookCohort[]): WardbookCohort;
  /** At least one of them. */
  or(...cohorts: WardbookCohort[]): WardbookCohort;
  /** Everybody else; a missing value counts as "else". */
  not(cohort: WardbookCohort): WardbookCohort;
};`;

function asked(variables: readonly Variable[]): Variable[] {
  return variables.filter(({ sensitivity }) => sensitivity !== 'identifying');
}

function variableTypes(variables: readonly Variable[]): string[] {
  const of = (...types: Variable['type'][]) =>
    variables.filter(({ type }) => types.includes(type)).map(({ name }) => name);
  return [
    '/** Any variable of the study. */',
    `export type Variable = ${union(variables.map(({ name }) => name))};`,
    '/** Variables that make groups: categories and yes/no. */',
    `export type GroupVariable = ${union(of('category', 'boolean'))};`,
    '/** Variables of models and tables: numbers, categories and yes/no. */',
    `export type ModelVariable = ${union(of('number', 'category', 'boolean'))};`,
    '/** Events of outcomes. */',
    `export type EventVariable = ${union(of('event'))};`,
    '/** Follow-up times. */',
    `export type DurationVariable = ${union(of('duration'))};`,
    '/** Variables that are compared as numbers. */',
    `export type NumericVariable = ${union(of('number', 'duration', 'boolean', 'event'))};`,
    '/** Values that a variable is compared with. */',
    'export interface ValueOf {',
    ...variables.map(
      variable =>
        `  /** ${comment(variable.label)}${facts(variable)} */\n  ${variable.name}: ${valueType(variable)};`
    ),
    '}'
  ];
}

function facts(variable: Variable): string {
  const parts: string[] = [];
  if (variable.type === 'number' || variable.type === 'duration')
    parts.push(`${variable.range.min} to ${variable.range.max} ${variable.unit}`);
  if (variable.type === 'category')
    parts.push(list(variable.levels.map(({ code, label }) => `${code} = ${label.en}`)));
  if (variable.absentAt !== undefined && variable.absentAt.length > 0)
    parts.push(`not at ${list(variable.absentAt)}`);
  return parts.map(part => `; ${oneLine(part)}`).join('');
}

function valueType(variable: Variable): string {
  switch (variable.type) {
    case 'category':
      return union(variable.levels.map(({ code }) => code));
    case 'boolean':
    case 'event':
      return 'boolean | 0 | 1';
    case 'number':
    case 'duration':
      return 'number';
  }
}

function parameterType(entry: CatalogueEntry): string {
  const own = propertyTypes(schemaOf(entry), property => ROLES[property] ?? null);
  const shared = [
    'cohort?: WardbookCohort',
    'hospitals?: Hospital[]',
    "scope?: 'pooled' | 'per-hospital'"
  ];
  const lines = [...own, ...shared].map(property => {
    const doc = DOCS[/^\w+/.exec(property)?.[0] ?? ''];
    return `${doc === undefined ? '' : `  /** ${doc} */\n`}  ${property};`;
  });
  return [
    `/** Parameters of: ${comment(entry.title)} */`,
    `export interface ${typeName(entry.id)} {`,
    ...lines,
    '}'
  ].join('\n');
}

function isOptional(entry: CatalogueEntry): boolean {
  const { required } = schemaOf(entry) as { required?: unknown[] };
  return required === undefined || required.length === 0;
}

function schemaOf(entry: CatalogueEntry): unknown {
  return z.toJSONSchema(entry.parameters, { unrepresentable: 'any', io: 'input' });
}

function typeName(analysis: string): string {
  const name = builderName(analysis);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Parameters`;
}

function union(values: readonly string[]): string {
  return values.length === 0 ? 'never' : values.map(literal).join(' | ');
}

function list(values: readonly string[]): string {
  return values.join(', ');
}

function comment({ en, fr }: Localised): string {
  return oneLine(en === fr ? en : `${en} · ${fr}`);
}

// Text of a dictionary inside of a comment must not end it.
function oneLine(text: string): string {
  return text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ');
}
