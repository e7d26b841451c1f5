import { readFileSync } from 'node:fs';
import { ERRORS } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { productError } from './product-error';

const LOCALE = new URL('../../locale/fr_FR/wardbook_errors.json', import.meta.url);
const catalogue = JSON.parse(readFileSync(LOCALE, 'utf8')) as Record<string, string[]>;
const french = {
  __: (text: string) => (catalogue[text]?.[0] ?? text).replaceAll('%%', '%')
};
const english = { __: (text: string) => text.replaceAll('%%', '%') };

describe('an error output', () => {
  it.each(Object.entries(ERRORS))('of %s is read whole', (code, { message, mend }) => {
    const traceback = [`${code}: ${message}`, mend, 'k: 11', '    at Cell 3:2:1'];
    expect(productError({ ename: code, evalue: message, traceback }, english)).toEqual({
      code,
      message,
      mends: [mend],
      details: 'k: 11\n    at Cell 3:2:1'
    });
  });

  it('says in French what happened and what to do; names and places stay', () => {
    const { message, mend } = ERRORS.PLAN_UNKNOWN_VARIABLE;
    const traceback = [`PLAN_UNKNOWN_VARIABLE: ${message}`, mend, 'variable: grad'];
    const output = { ename: 'PLAN_UNKNOWN_VARIABLE', evalue: message, traceback };
    const error = productError(output, french);
    expect(error?.message).toBe(catalogue[message]?.[0]);
    expect(error?.mends).toEqual([catalogue[mend]?.[0]]);
    expect(error?.details).toBe('variable: grad');
  });

  it('of somebody else is not touched', () => {
    const ours = `RUN_CANCELLED: ${ERRORS.RUN_CANCELLED.message}`;
    for (const [ename, evalue, traceback] of [
      ['TypeError', 'x is not a function', ['TypeError: x is not a function', '    at 1:1']],
      ['ERR_MODULE', 'text', ['something else']],
      ['Error', 'text', [ours]],
      ['RUN_CANCELLED', 'text', []]
    ] as const)
      expect(productError({ ename, evalue, traceback }, english)).toBeNull();
  });
});
