import { blockLength, type EgressBlock } from '@wardbook/protocol';
import { verdict, type Verdict } from '../verdict.js';

/** [D26] The numbers are exactly the declared blocks: same names, same lengths, all finite. */
export function ruleShape(
  blocks: readonly EgressBlock[],
  values: Readonly<Record<string, Float64Array>>
): Verdict {
  const names = blocks.map(({ name }) => name);
  const pass =
    new Set(names).size === names.length &&
    Object.keys(values).length === names.length &&
    blocks.every(block => {
      const numbers = values[block.name];
      return numbers?.length === blockLength(block) && numbers.every(Number.isFinite);
    });
  return verdict('D26', pass, 'GUARD_SHAPE', { blocks: names });
}

const DECLARABLE = new Set<string>([
  'frequency',
  'sum',
  'histogram',
  'survival-cells',
  'score',
  'information',
  'log-likelihood',
  'risk-set-increments'
]);

/** [D12] Only sums leave: no block is a minimum, a maximum or any other per-person output. */
export function ruleClasses(blocks: readonly EgressBlock[]): Verdict {
  const pass = blocks.length > 0 && blocks.every(block => DECLARABLE.has(block.class));
  return verdict('D12', pass, 'GUARD_EVIDENCE');
}
