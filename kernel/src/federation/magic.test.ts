import { describe, expect, it } from 'vitest';
import { toSource } from '../transform/edits.js';
import { federatedCell, pureExpression, type FederatedCell } from './magic.js';
import { Gateway } from './gateway.js';

/** The cell of a body below a magic line. */
function cellOf(body: string): FederatedCell {
  const cell = federatedCell(`%%federated breast-relapse\n${body}`);
  if (cell === null) throw new Error('no federated cell');
  return cell;
}
const pure = (body: string) => pureExpression(cellOf(body), 'cell-1.ts');

describe('federated cell', () => {
  it('names study and variable and keeps the places of its body', () => {
    const source = '\n%%federated breast-relapse as km\nkaplanMeier({})';
    expect(federatedCell(source)).toEqual({
      study: 'breast-relapse',
      name: 'km',
      source,
      body: `\n${' '.repeat(32)}\nkaplanMeier({})`
    });
    expect(cellOf('count({})').name).toBeNull();
    expect(federatedCell('1 + 1')).toBeNull();
  });
  it('refuses another form of the magic and a body without a plan with KERNEL_CELL_INVALID', () => {
    const invalid = expect.objectContaining({ code: 'KERNEL_CELL_INVALID' }) as Error;
    expect(() => federatedCell('%%federated\ncount({})')).toThrow(invalid);
    expect(() => federatedCell('%%federated a b c\ncount({})')).toThrow(invalid);
    for (const word of ['class', 'new', 'await', 'let'])
      expect(() => federatedCell(`%%federated breast-relapse as ${word}\ncount({})`), word).toThrow(
        invalid
      );
    expect(() => pure('const plan = 1')).toThrow(invalid);
    expect(() => pure('')).toThrow(invalid);
  });
  it('becomes one expression', () => {
    expect(pure('const by = "size";\ncount({ by }) // all').code).toBe(
      `(() => {${' '.repeat(26)}\nconst by = "size";\nreturn (count({ by })\n);})()`
    );
  });
  it('keeps the parentheses of its last expression', () => {
    expect(pure('({ a: count({}) });').code).toBe(
      `(() => {${' '.repeat(26)}\nreturn (({ a: count({}) })\n);})()`
    );
  });
  it('knows the way back to its places', () => {
    const { code, map } = pure('const by = "size";\ncount({ by })');
    const { source } = cellOf('const by = "size";\ncount({ by })');
    expect(toSource(map, code.indexOf('const by'))).toBe(source.indexOf('const by'));
    expect(toSource(map, code.indexOf('{ by }'))).toBe(source.indexOf('{ by }'));
  });
  it('that does not parse shows the place of the fault in the cell', () => {
    const fault = expect.objectContaining({
      name: 'SyntaxError',
      traceback: expect.arrayContaining([
        '  at cell-1.ts:3:13',
        '> 3 | count({ by: = })'
      ]) as string[]
    }) as Error;
    expect(() => pure('const by = 1;\ncount({ by: = })')).toThrow(fault);
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
