import { ERRORS } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { NOT_ALLOWED, NOTICE_MS, NotAllowed } from './not-allowed';

describe('AUTH_NOT_ALLOWED on a page', () => {
  it('is the text of the registry', () => {
    const { message, mend } = ERRORS.AUTH_NOT_ALLOWED;
    expect(NOT_ALLOWED).toEqual({ code: 'AUTH_NOT_ALLOWED', message, mend });
  });

  it('is said once in the language of the page, and again when it is gone', () => {
    const log: string[] = [];
    let now = 0;
    const notices = {
      show: (text: string) => `${log.push(text)}`,
      dismiss: (id: string) => void log.push(`dismissed ${id}`)
    };
    const notAllowed = new NotAllowed({ __: text => `fr: ${text}` }, notices, () => now);
    const text = `fr: ${NOT_ALLOWED.message} fr: ${NOT_ALLOWED.mend}`;
    notAllowed.say();
    now = NOTICE_MS - 1;
    notAllowed.say();
    expect(log).toEqual([text]);
    now = NOTICE_MS;
    notAllowed.say();
    expect(log).toEqual([text, 'dismissed 1', text]);
  });
});
