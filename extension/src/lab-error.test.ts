import { readFileSync, readdirSync } from 'node:fs';
import { ERRORS } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { errorText } from './lab-error';

const LOCALE = new URL('../locale/fr_FR/', import.meta.url);
const catalogue = (name: string) =>
  JSON.parse(readFileSync(new URL(name, LOCALE), 'utf8')) as Record<string, string[]>;
const errors = catalogue('wardbook_errors.json');

// As JupyterLab's bundle: the catalogue's text or the text itself, then its placeholders.
const french = {
  __: (text: string) => (errors[text]?.[0] ?? text).replaceAll('%%', '%')
};

describe('errors in French', () => {
  it.each(Object.entries(ERRORS))('%s is said in French, whole', (_code, { message, mend }) => {
    for (const text of [message, mend])
      expect(errors[text.replaceAll('%', '%%')]?.[0], text).toBeTruthy();
  });

  it('says what happened, then what to do', () => {
    const error = { code: 'PLAN_INVALID', ...ERRORS.PLAN_INVALID };
    expect(errorText(error, french)).toBe(
      'Le plan n’est pas valide. Comparez-le au schéma\u00a0: un champ inconnu ou manquant est refusé, jamais réparé.'
    );
  });

  it('keeps the percent signs of a magic', () => {
    const error = { code: 'KERNEL_CELL_INVALID', ...ERRORS.KERNEL_CELL_INVALID };
    expect(errorText(error, french)).toContain('%%federated');
    expect(errorText(error, { __: text => text.replaceAll('%%', '%') })).toContain('%%federated');
  });

  it('has the name under which JupyterLab looks for it: no hyphen', () => {
    for (const name of readdirSync(LOCALE).filter(file => file.endsWith('.json'))) {
      const { domain } = catalogue(name)[''] as unknown as { domain: string };
      expect([`${domain}.json`, domain]).toEqual([name, domain.replace('-', '_')]);
    }
  });

  it.each(readdirSync(LOCALE).filter(name => name.endsWith('.json')))(
    'has no plain space before a sign in %s',
    name => {
      const texts = Object.entries(catalogue(name)).flatMap(([key, value]) =>
        key === '' ? [] : value
      );
      expect(texts.filter(text => / (?:[:;!?»]|%(?![%\d]))|« /u.test(text))).toEqual([]);
    }
  );
});
