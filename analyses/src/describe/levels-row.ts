import type { Blocks } from '../analysis.js';
import { variableOf } from '../cohort.js';
import { groupLevels } from '../groups.js';
import { largestDifference, shareDifference } from './differences.js';
import { hideVariable, over, type Frame } from './frame.js';
import type { DescribeRow } from './parameters.js';

/** The row of a category or boolean: patients per level, hidden along both directions of the table. */
export function levelsRow(name: string, sum: Blocks, frame: Frame): DescribeRow {
  const { dictionary } = frame.tools;
  const known = groupLevels(dictionary, name);
  const size = { groups: frame.groups, width: known.length + 1 };
  const cells = sum[`${name}.levels`] ?? [];
  const complete =
    variableOf(dictionary, name).complete === true && over(cells, null, size).at(-1) === 0;
  const keep = complete ? known.length : size.width;
  const lineOf = (column: number | null) => over(cells, column, size).slice(0, keep);
  const hidden = hideVariable(name, lineOf, frame);
  const counts = frame.columns.map(column => {
    const away = column === null ? hidden.whole : hidden.perGroup[column];
    return lineOf(column).map((count, level) => (away?.[level] === false ? count : null));
  });
  const shares = counts.slice(1).map(line => line.slice(0, known.length));
  const difference = shares.every(line => line.every(count => count !== null))
    ? largestDifference(shares, shareDifference)
    : null;
  return {
    variable: name,
    kind: 'levels',
    levels: [...known.map(({ code }) => code), ...(complete ? [] : [null])],
    counts,
    difference
  };
}
