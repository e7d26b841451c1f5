import { wardbookError, type EgressBlock } from '@wardbook/protocol';
import type { StudyContext } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { groupLevels } from '../groups.js';
import type { DescribeParameters } from './parameters.js';

const COUNT_BOUND = 2 ** 40;

/** A number variable's public facts: middle and half of its range, breaks of its bins. */
export interface NumberFacts {
  readonly center: number;
  readonly half: number;
  readonly breaks: readonly number[];
}

/** Public facts of a number variable. @throws PLAN_UNKNOWN_VARIABLE, PLAN_WRONG_TYPE */
export function numberFacts(
  name: string,
  { dictionary }: Pick<StudyContext, 'dictionary'>
): NumberFacts {
  const variable = variableOf(dictionary, name);
  if (variable.type !== 'number') throw wardbookError('PLAN_WRONG_TYPE', { variable: name });
  const { min, max } = variable.range;
  return { center: (min + max) / 2, half: (max - min) / 2, breaks: variable.breaks };
}

/** Levels of `by` and one more for patients whose group is missing (the only one without `by`). */
export function groupCount(by: string | undefined, { dictionary }: StudyContext): number {
  return by === undefined ? 1 : groupLevels(dictionary, by).length + 1;
}

/** All blocks of the round. */
export function describeEgress(
  { variables, by }: DescribeParameters,
  context: StudyContext
): EgressBlock[] {
  const groups = groupCount(by, context);
  return [
    frequency('patients', { en: 'patients per group', fr: 'patients par groupe' }, [groups]),
    ...[...new Set(variables)].flatMap(name => variableBlocks(name, groups, context))
  ];
}

/** Blocks of one variable; arrays are row-major, groups first. */
export function variableBlocks(name: string, groups: number, context: StudyContext): EgressBlock[] {
  const { type, label } = variableOf(context.dictionary, name);
  const say = (en: string, fr: string) => ({
    en: `${label.en}: ${en}`,
    fr: `${label.fr}\u202f: ${fr}`
  });
  if (type !== 'number') {
    const cells = groupLevels(context.dictionary, name).length + 1;
    const texts = say('patients per level', 'patients par niveau');
    return [frequency(`${name}.levels`, texts, [groups, cells])];
  }
  const { half, breaks } = numberFacts(name, context);
  // Deviations from the middle of the public range: sums stay small, so their fixed-point step stays fine.
  const sum = (part: string, texts: EgressBlock['label'], bound: number): EgressBlock => ({
    ...frequency(`${name}.${part}`, texts, [groups]),
    unit: '1',
    class: 'sum',
    bound,
    fractionBits: Math.max(0, Math.min(30, 61 - Math.ceil(Math.log2(bound))))
  });
  return [
    frequency(`${name}.n`, say('patients with a value', 'patients avec une valeur'), [groups]),
    sum('sum', say('sum of deviations', 'somme des écarts'), half * 2 ** 24),
    sum('squares', say('sum of squares', 'somme des carrés'), half ** 2 * 2 ** 24),
    {
      ...frequency(`${name}.bins`, say('patients per public bin', 'patients par classe publique'), [
        groups,
        breaks.length - 1
      ]),
      class: 'histogram'
    }
  ];
}

function frequency(
  name: string,
  label: EgressBlock['label'],
  shape: readonly number[]
): EgressBlock {
  return {
    name,
    label,
    shape,
    unit: 'patients',
    class: 'frequency',
    bound: COUNT_BOUND,
    fractionBits: 0
  };
}
