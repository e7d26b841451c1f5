// node scripts/protocol-fixtures.mjs: writes the fixtures of protocol/fixtures whose bytes are signed. The keys are
// hashes of their names, so that every run writes the same bytes. Needs a build.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import {
  canonicalJson,
  charterBytes,
  charterHash,
  encodeFrame,
  identityOf,
  planHash,
  requestBytes
} from '@wardbook/protocol';
import { invalidOf } from './fixtures/invalid.mjs';
import { makeObjects } from './fixtures/objects.mjs';

const hex = bytes => Buffer.from(bytes).toString('hex');
const sha256 = text => createHash('sha256').update(text).digest();

/** An Ed25519 key whose private half is the hash of its name. */
function keyOf(name) {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const der = Buffer.concat([prefix, sha256(`wardbook fixture ${name}`)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { publicKey: hex(spki.subarray(12)), sign: bytes => sign(null, bytes, privateKey) };
}

/** JSON has no bytes: `{ "hex": … }` stands for them. */
const asJson = value =>
  JSON.parse(
    JSON.stringify(value, (_, item) => (item?.type === 'Buffer' ? { hex: hex(item.data) } : item))
  );

const tools = { keyOf, hex, sha256, charterBytes, charterHash, identityOf, planHash, requestBytes };
const objects = makeObjects({ ...tools, encodeFrame });

function write(name, entries) {
  const file = new URL(`../protocol/fixtures/${name}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(entries, null, 2)}\n`);
  console.log(`${name}: ${entries.length}`);
}

for (const [kind, values] of Object.entries(objects.plain)) {
  write(
    `${kind}-valid`,
    values.map(({ name, value, ...more }) => ({
      name,
      value,
      canonical: canonicalJson(value),
      ...more
    }))
  );
  write(`${kind}-invalid`, invalidOf(kind, values[0].value));
}
// Well-formed plans that the catalogue refuses over the demo's dictionary and the charter of `charters-valid`.
const [{ value: question }] = objects.plain['run-views'].map(({ value }) => ({
  value: value.plan
}));
const refused = (name, code, changes) => ({ name, value: { ...question, ...changes }, code });
const cohort = comparison => ({ cohort: comparison });
write('plans-refused', [
  refused('unknown analysis', 'PLAN_UNKNOWN_ANALYSIS', { analysis: 'mean' }),
  refused('another study', 'STUDY_UNKNOWN', { study: 'other' }),
  refused('unknown hospital', 'HOSPITAL_UNKNOWN', { hospitals: ['centre', 'north', 'nowhere'] }),
  refused('extra parameter', 'PLAN_INVALID', { parameters: { by: 'size', extra: 1 } }),
  refused('unknown group', 'PLAN_UNKNOWN_VARIABLE', { parameters: { by: 'sizes' } }),
  refused('a number as group', 'PLAN_WRONG_TYPE', { parameters: { by: 'age' } }),
  refused(
    'unknown variable in the cohort',
    'PLAN_UNKNOWN_VARIABLE',
    cohort({ variable: 'pid', eq: 1 })
  ),
  refused(
    'unknown level in the cohort',
    'PLAN_UNKNOWN_LEVEL',
    cohort({ variable: 'size', eq: 'huge' })
  ),
  refused('an order on a category', 'PLAN_WRONG_TYPE', cohort({ variable: 'size', lt: 3 })),
  refused('exact times', 'GUARD_EXACT_TIMES', {
    analysis: 'kaplan-meier',
    parameters: { event: 'rfs', mode: 'exact' }
  }),
  refused('an event that is none', 'PLAN_WRONG_TYPE', {
    analysis: 'kaplan-meier',
    parameters: { event: 'size', mode: 'grid' }
  })
]);
const frames = objects.messages.map(({ name, from, value }) => {
  const key = keyOf(from);
  const frame = Buffer.from(encodeFrame(value, key.sign));
  return { name, from, publicKey: key.publicKey, value: asJson(value), frame: hex(frame) };
});
write('messages-valid', frames);
write(
  'messages-invalid',
  objects.messages.flatMap(({ name, from, value }) =>
    invalidOf(name, asJson(value)).map(entry => ({ from, ...entry }))
  )
);
const [first] = frames;
const whole = Buffer.from(first.frame, 'hex');
const changed = (at, to) => {
  const bytes = Buffer.from(whole);
  bytes[at < 0 ? bytes.length + at : at] = to;
  return hex(bytes);
};
const bad = (name, frame, code) => ({ name, publicKey: first.publicKey, frame, code });
write('frames-invalid', [
  bad('nothing', '', 'PROTOCOL_BAD_FRAME'),
  bad('header only', hex(whole.subarray(0, 2)), 'PROTOCOL_BAD_FRAME'),
  bad('another magic', changed(0, 0x58), 'PROTOCOL_BAD_FRAME'),
  bad('a version of the future', changed(1, 99), 'PROTOCOL_BAD_FRAME'),
  bad(
    'cut payload',
    hex(Buffer.concat([whole.subarray(0, 9), whole.subarray(-64)])),
    'PROTOCOL_BAD_FRAME'
  ),
  bad('a byte of the payload changed', changed(-70, whole.at(-70) ^ 1), 'AUTH_BAD_SIGNATURE'),
  bad('a byte of the signature changed', changed(-1, whole.at(-1) ^ 1), 'AUTH_BAD_SIGNATURE'),
  {
    ...bad('the key of another', first.frame, 'AUTH_BAD_SIGNATURE'),
    publicKey: keyOf('south').publicKey
  }
]);
