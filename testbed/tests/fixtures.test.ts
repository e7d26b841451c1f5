import { readFileSync } from 'node:fs';
import { bindPlan } from '@wardbook/analyses';
import { verifyWith } from '@wardbook/masking';
import {
  Charter,
  CoordinatorMessage,
  Dictionary,
  EgressBlock,
  HospitalMessage,
  Policy,
  Result,
  RunView,
  SignedRequest,
  canonicalJson,
  charterBytes,
  charterHash,
  decodeFrame,
  encodeFrame,
  identityOf,
  parsePlan,
  parseWith,
  planHash,
  requestBytes,
  wardbookError
} from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';

interface Fixture {
  readonly name: string;
  readonly value: unknown;
  readonly code?: string;
  readonly canonical?: string;
  readonly sha256?: string;
  /** Bytes under a signature, hexadecimal. */
  readonly signed?: string;
  readonly publicKey?: string;
  readonly frame?: string;
  /** Key that signs a message: `coordinator` or a hospital. */
  readonly from?: string;
}

const fixtures = (file: string) =>
  JSON.parse(
    readFileSync(new URL(`../../protocol/fixtures/${file}.json`, import.meta.url), 'utf8')
  ) as Fixture[];
const SCHEMAS = {
  policies: [Policy, 'CONFIG_INVALID'],
  charters: [Charter, 'CONFIG_INVALID'],
  requests: [SignedRequest, 'PROTOCOL_BAD_FRAME'],
  'egress-blocks': [EgressBlock, 'PROTOCOL_BAD_FRAME'],
  results: [Result, 'PROTOCOL_BAD_FRAME'],
  'run-views': [RunView, 'PROTOCOL_BAD_FRAME']
} as const;
const KINDS = Object.entries(SCHEMAS);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytesOf = (text = '') => Uint8Array.from(Buffer.from(text, 'hex'));

/** A message whose bytes JSON writes as `{ "hex": … }`. */
function withBytes(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, item: unknown) =>
    typeof item === 'object' && item !== null && 'hex' in item && typeof item.hex === 'string'
      ? bytesOf(item.hex)
      : item
  ) as unknown;
}

const messageOf = (from = '') => (from === 'coordinator' ? CoordinatorMessage : HospitalMessage);

/** What a receiver does with a frame. */
function receive({ frame, publicKey = '', from }: Fixture): unknown {
  const { payload, signed, signature } = decodeFrame(bytesOf(frame));
  if (!verifyWith(publicKey)(signed, signature)) throw wardbookError('AUTH_BAD_SIGNATURE');
  return parseWith<unknown>(messageOf(from), payload, 'PROTOCOL_BAD_FRAME');
}

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

  for (const [kind, [schema, code]] of KINDS) {
    const parse = (value: unknown) => parseWith<unknown>(schema, value, code);
    it.each(fixtures(`${kind}-valid`))(`${kind}: $name`, ({ value, canonical }) => {
      expect(canonicalJson(parse(value))).toBe(canonical);
    });
    it.each(fixtures(`${kind}-invalid`))('refused, $name', fixture => {
      expect(() => parse(fixture.value)).toThrow(refused(fixture.code));
    });
  }

  it.each(fixtures('charters-valid'))('signatures of a charter: $name', fixture => {
    const charter = Charter.parse(fixture.value);
    expect(charterHash(charter)).toBe(fixture.sha256);
    expect(hex(charterBytes(charter))).toBe(fixture.signed);
    for (const { id, signingKey } of charter.hospitals)
      expect(verifyWith(signingKey)(bytesOf(fixture.signed), bytesOf(charter.signatures[id]))).toBe(
        true
      );
  });
  it.each(fixtures('requests-valid'))('signature of a request: $name', fixture => {
    const request = SignedRequest.parse(fixture.value);
    expect(hex(requestBytes(request))).toBe(fixture.signed);
    expect(
      verifyWith(fixture.publicKey ?? '')(requestBytes(request), bytesOf(request.signature))
    ).toBe(true);
  });

  it.each(fixtures('messages-valid'))('frame of a message: $name', fixture => {
    expect(receive(fixture)).toEqual(withBytes(fixture.value));
    const { signature } = decodeFrame(bytesOf(fixture.frame));
    expect(hex(encodeFrame(withBytes(fixture.value), () => signature))).toBe(fixture.frame);
  });
  it.each(fixtures('messages-invalid'))('no message, $name', ({ value, code, from }) => {
    const payload = withBytes(value);
    expect(() => parseWith<unknown>(messageOf(from), payload, 'PROTOCOL_BAD_FRAME')).toThrow(
      refused(code)
    );
  });
  it.each(fixtures('frames-invalid'))('no frame: $name', fixture => {
    expect(() => receive({ ...fixture, from: 'coordinator' })).toThrow(refused(fixture.code));
  });

  const charter = Charter.parse(fixtures('charters-valid')[0]?.value);
  const dictionary = Dictionary.parse(fixtures('dictionaries-valid')[0]?.value);
  it.each(fixtures('plans-valid'))('the catalogue takes the plan: $name', ({ value }) => {
    expect(bindPlan(parsePlan(value), charter, dictionary).id).toBe(parsePlan(value).analysis);
  });
  it.each(fixtures('plans-refused'))('the catalogue refuses the plan: $name', ({ value, code }) => {
    const plan = parsePlan(value);
    expect(() => bindPlan(plan, charter, dictionary)).toThrow(refused(code));
  });
});
