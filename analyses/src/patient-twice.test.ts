import { describe as suite, expect, it } from 'vitest';
import { coxRegression } from './cox-regression/cox-regression.js';
import { describe } from './describe/describe.js';
import { kaplanMeier } from './kaplan-meier/kaplan-meier.js';
import type { Table } from './table.js';
import { readRows, tableOf } from './tests/cohorts.js';
import { NO_FLOORS, simulate } from './tests/simulate.js';

// Eleven rows of one patient would pass for eleven patients.
suite('a patient with two rows', () => {
  const table = tableOf(readRows('centre'));
  const twice: Table = { ...table, persons: Int32Array.from(table.persons, id => id >> 1) };
  const refused = expect.objectContaining({ code: 'ANALYSIS_PATIENT_TWICE' }) as Error;
  const outcome = { event: 'rfs', mode: 'grid' as const };

  it.each([
    ['describe', () => simulate(describe, { variables: ['age'], by: 'size' }, [twice], NO_FLOORS)],
    ['kaplan-meier', () => simulate(kaplanMeier, { ...outcome, by: 'size' }, [twice], NO_FLOORS)],
    [
      'cox-regression',
      () => simulate(coxRegression, { ...outcome, covariates: ['age'] }, [twice], NO_FLOORS)
    ]
  ])('is refused by %s: ANALYSIS_PATIENT_TWICE', (_, ask) => {
    expect(ask).toThrow(refused);
  });
});
