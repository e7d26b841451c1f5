import { readFileSync } from 'node:fs';
import {
  Dictionary,
  canonicalJson,
  identityOf,
  parsePlan,
  parseWith,
  planHash
} from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';

interface Fixture {
  readonly name: string;
  readonly value: unknown;
  readonly code?: string;
  readonly canonical?: string;
  readonly sha256?: string;
}

const fixtures = (file: string) =>
  JSON.parse(
    readFileSync(new URL(`../../protocol/fixtures/${file}.json`, import.meta.url), 'utf8')
  ) as Fixture[];
const refused = (code = '') => expect.objectContaining({ code }) as Error;

describe('fixtures for programs in any language', () => {
  it.each(fixtures('plans-valid'))('plan: $name', ({ value, canonical, sha256 }) => {
    const plan = parsePlan(value);
    expect(canonicalJson(plan)).toBe(canonical);
    expect(planHash(plan)).toBe(sha256);
  });
  it.each(fixtures('plans-invalid'))('no plan: $name', ({ value, code }) => {
    expect(() => parsePlan(value)).toThrow(refused(code));
  });
  it.each(fixtures('canonical-json'))(
    'canonical JSON: $canonical',
    ({ value, canonical, sha256 }) => {
      expect(canonicalJson(value)).toBe(canonical);
      expect(identityOf(value)).toBe(sha256);
    }
  );
  it.each(fixtures('dictionaries-valid'))('dictionary: $name', ({ value }) => {
    expect(() => parseWith(Dictionary, value, 'CONFIG_INVALID')).not.toThrow();
  });
  it.each(fixtures('dictionaries-invalid'))('no dictionary: $name', ({ value, code }) => {
    expect(() => parseWith(Dictionary, value, 'CONFIG_INVALID')).toThrow(refused(code));
  });
});
