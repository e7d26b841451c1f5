import { describe, expect, it } from 'vitest';
import { federatedCell, pureExpression } from './magic.js';
import { Gateway } from './gateway.js';

describe('federated cell', () => {
  it('names study and variable and keeps the lines of its body', () => {
    expect(federatedCell('%%federated breast-relapse as km\nkaplanMeier({})')).toEqual({
      study: 'breast-relapse',
      name: 'km',
      body: '\nkaplanMeier({})'
    });
    expect(federatedCell('%%federated breast-relapse\ncount({})')?.name).toBeNull();
    expect(federatedCell('1 + 1')).toBeNull();
  });
  it('refuses another form of the magic and a body without a plan with KERNEL_CELL_INVALID', () => {
    const invalid = expect.objectContaining({ code: 'KERNEL_CELL_INVALID' }) as Error;
    expect(() => federatedCell('%%federated\ncount({})')).toThrow(invalid);
    expect(() => federatedCell('%%federated a b c\ncount({})')).toThrow(invalid);
    expect(() => pureExpression('const plan = 1')).toThrow(invalid);
    expect(() => pureExpression('')).toThrow(invalid);
  });
  it('becomes one expression', () => {
    expect(pureExpression('const by = "size";\ncount({ by })')).toBe(
      '(() => {const by = "size";\nreturn (count({ by })\n);})()'
    );
  });
  it('keeps the parentheses of its last expression', () => {
    expect(pureExpression('({ a: count({}) });')).toBe(
      '(() => {return (({ a: count({}) })\n);})()'
    );
  });
  it('says KERNEL_NO_GATEWAY when nobody told it where to ask', async () => {
    const { WARDBOOK_URL: url } = process.env;
    Reflect.deleteProperty(process.env, 'WARDBOOK_URL');
    process.env['WARDBOOK_LOGIN'] = '/nowhere/login.json';
    await expect(new Gateway().study('breast-relapse')).rejects.toThrow(
      expect.objectContaining({ code: 'KERNEL_NO_GATEWAY' })
    );
    Reflect.deleteProperty(process.env, 'WARDBOOK_LOGIN');
    if (url !== undefined) process.env['WARDBOOK_URL'] = url;
  });
});
