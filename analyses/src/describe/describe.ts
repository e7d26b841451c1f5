import { wardbookError } from '@wardbook/protocol';
import type { Analysis, Blocks, CombineTools, Step } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { groupLevels } from '../groups.js';
import { nobodyLeft } from '../nobody-left.js';
import { describeEgress, groupCount, variableBlocks } from './egress.js';
import { frameOf } from './frame.js';
import { levelsRow } from './levels-row.js';
import { describeLocal } from './local.js';
import { numberRow } from './number-row.js';
import { DescribeParameters, type DescribeValues } from './parameters.js';
import { presentDescribe } from './present.js';

export type { DescribeValues } from './parameters.js';

/**
 * Table 1: per variable and group n, missing, mean, sd, quartiles from public bins, counts, and standardised differences.
 * Exact sums except the quartiles (see derivation.md); one round. Column order: levels of `by`, then its missing.
 */
export const describe: Analysis<DescribeParameters, null, DescribeValues> = {
  id: 'describe',
  version: 1,
  title: { en: 'Table 1', fr: 'Tableau 1' },
  parameters: DescribeParameters,
  mode: () => 'exact, quartiles from bins',
  variables: ({ variables, by }) => [...new Set([...variables, ...(by === undefined ? [] : [by])])],
  check: ({ variables, by }, { dictionary }) => {
    if (by !== undefined) groupLevels(dictionary, by);
    for (const name of variables) {
      const { type } = variableOf(dictionary, name);
      if (type !== 'number' && type !== 'boolean' && type !== 'category')
        throw wardbookError('PLAN_WRONG_TYPE', { variable: name, type });
    }
  },
  start: () => null,
  egress: (parameters, _state, context) => describeEgress(parameters, context),
  local: (table, parameters, _state, context) => describeLocal(table, parameters, context),
  combine,
  present: presentDescribe,
  preview: ({ variables, by }, context) => {
    const groups = groupCount(by, context);
    return {
      items: [
        item('patients per group', 'patients par groupe', groups),
        ...[...new Set(variables)].map(name => {
          const { label } = variableOf(context.dictionary, name);
          const size = variableBlocks(name, groups, context).reduce(
            (total, { shape }) => total + shape.reduce((a, b) => a * b, 1),
            0
          );
          return item(label.en, label.fr, size);
        })
      ],
      released: [
        {
          en: 'counts, means, standard deviations and quartiles per group',
          fr: 'effectifs, moyennes, écarts-types et quartiles par groupe'
        }
      ]
    };
  }
};

function combine(
  sum: Blocks,
  { variables, by }: DescribeParameters,
  _state: null,
  tools: CombineTools
): Step<null, DescribeValues> {
  const frame = frameOf(by, [...(sum['patients'] ?? [])], tools);
  if (frame.patients === 0) throw nobodyLeft(tools.limits);
  const rows = [...new Set(variables)].map(name => {
    const isNumber = variableOf(tools.dictionary, name).type === 'number';
    return (isNumber ? numberRow : levelsRow)(name, sum, frame);
  });
  const levels = by === undefined ? [] : groupLevels(tools.dictionary, by);
  const patientsOf = (group: number) =>
    frame.hiddenGroups[group] === false ? (frame.perGroup[group] ?? null) : null;
  return {
    kind: 'done',
    values: {
      by: by ?? null,
      columns: frame.columns.map(group => (group === null ? null : (levels[group]?.code ?? null))),
      patients: frame.columns.map(group => (group === null ? frame.patients : patientsOf(group))),
      rows
    },
    evidence: frame.evidence
  };
}

const item = (en: string, fr: string, size: number) => ({
  label: { en, fr },
  shape: [size],
  atMost: size,
  unit: '1',
  summed: true,
  times: 'once' as const
});
