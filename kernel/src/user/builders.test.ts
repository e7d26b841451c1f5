import { describe, expect, it } from 'vitest';
import { builders, where } from './builders.js';

describe('builders of plans', () => {
  it.each(Object.entries(builders))('%s takes its parameters, or none', (_name, build) => {
    const parameters = { by: 'size', cohort: where.ge('age', 40) };
    expect(build(parameters).parameters).toEqual(parameters);
    expect(build().parameters).toEqual({});
  });

  it.each(Object.entries(builders))('%s refuses a second argument', (name, build) => {
    expect(() => build({ by: 'size' }, where.ge('age', 40))).toThrow(
      new TypeError(`${name} takes one argument; write ${name}({ …, cohort: … })`)
    );
  });
});
