import type { Plan } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { cohortLine, planLine } from './plan-line.js';

describe('a plan in one line', () => {
  it('keeps apart what and, or and not hold together', () => {
    const line = cohortLine({
      and: [
        {
          or: [
            { variable: 'age', between: [50, 70] },
            { variable: 'size', in: ['le20', 'gt50'] }
          ]
        },
        {
          not: {
            or: [
              { variable: 'meno', eq: true },
              { variable: 'er', missing: true }
            ]
          }
        },
        { variable: 'nodes', lt: 4 }
      ]
    });
    expect(line).toBe(
      '(age from 50 to 70 or size in le20, gt50) and not (meno = true or er is missing) and nodes < 4'
    );
  });

  it('names everybody where no cohort is given, and nested parameters whole', () => {
    const plan = {
      protocol: 1,
      study: 'breast-relapse',
      analysis: 'describe',
      version: 1,
      parameters: { variables: ['age', 'size'], options: { digits: 2 } },
      hospitals: ['gbsg'],
      scope: 'per-hospital'
    } as unknown as Plan;
    expect(planLine(plan)).toBe(
      'describe with variables: [age, size], options: {"digits":2}; of everybody; per-hospital over gbsg'
    );
  });
});
