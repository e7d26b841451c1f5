import { utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { canonicalJson, identityOf } from './canonical.js';
import { Hash, HospitalId, MemberId, StudyId, hexBytes } from './ids.js';
import { Localised } from './localised.js';
import { Policy } from './policy.js';

/** A hospital of the study with its pinned keys (raw, hexadecimal). */
export const CharterHospital = z.strictObject({
  id: HospitalId,
  name: Localised,
  /** Ed25519 public key that signs every message of the hospital. */
  signingKey: hexBytes(32),
  /** X25519 public key of the pairwise masks. */
  maskKey: hexBytes(32),
  /** The study's opening secret, sealed to `maskKey` (see masking): only hospitals can open sums. */
  sealedOpeningSecret: z.strictObject({ ephemeral: hexBytes(32), box: z.string() }),
  /** Whether pooled plans ask this hospital when they name none. */
  pooledByDefault: z.boolean(),
  policy: Policy
});
/** A hospital of the study. */
export type CharterHospital = z.infer<typeof CharterHospital>;

/** A person who may ask. */
export const CharterMember = z.strictObject({
  id: MemberId,
  name: z.string().min(1),
  role: z.enum(['data-scientist', 'clinician', 'custodian']),
  /** Ed25519 public key, raw hexadecimal. */
  key: hexBytes(32)
});
/** A person who may ask. */
export type CharterMember = z.infer<typeof CharterMember>;

/** Who takes part in a study and under which keys; signed by every hospital, pinned at each. */
export const Charter = z.strictObject({
  charter: z.literal(1),
  study: StudyId,
  title: Localised,
  version: z.number().int().min(1),
  dictionaryHash: Hash,
  /** Ed25519 public key of the coordinator, raw hexadecimal. */
  coordinatorKey: hexBytes(32),
  hospitals: z.array(CharterHospital).min(1).max(64),
  members: z.array(CharterMember).min(1).max(500),
  /** Ed25519 signature of each hospital over `charterBytes`. */
  signatures: z.record(z.string(), hexBytes(64))
});
/** Who takes part in a study and under which keys. */
export type Charter = z.infer<typeof Charter>;

/** The bytes every hospital signs: the charter without its signatures. */
export function charterBytes(charter: Omit<Charter, 'signatures'> | Charter): Uint8Array {
  const unsigned = { ...charter, signatures: undefined };
  return utf8ToBytes(`wardbook/charter/1\n${canonicalJson(unsigned)}`);
}

/** Identity of a charter, signatures left out. */
export function charterHash(charter: Charter): Hash {
  const known = hashes.get(charter);
  if (known !== undefined) return known;
  const hash = identityOf({ ...charter, signatures: undefined });
  hashes.set(charter, hash);
  return hash;
}

// A charter is read once and never changed; its hash goes into every message.
const hashes = new WeakMap<Charter, Hash>();
