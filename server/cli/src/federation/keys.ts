import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createMaskKey, createSigningKey } from '@wardbook/masking';
import { parseWith } from '@wardbook/protocol';
import { z } from 'zod';
import { readJson } from './description.js';
import { writeSecret } from './files.js';

const KeyPair = z.strictObject({ publicKey: z.string(), privateKey: z.string() });

/** Keys of a hospital: `signing` = Ed25519, `mask` = X25519 (raw, hexadecimal). */
export const HospitalKeys = z.strictObject({ signing: KeyPair, mask: KeyPair });
/** Keys of a hospital. */
export type HospitalKeys = z.infer<typeof HospitalKeys>;

/** Key of a member or of the coordinator, and the bearer token that goes with it. */
export const OwnerKeys = z.strictObject({ signing: KeyPair, token: z.string() });
/** Key and token of a member or of the coordinator. */
export type OwnerKeys = z.infer<typeof OwnerKeys>;

/** The hospital's keys in `file`, made at the first start (mode 0600). */
export async function hospitalKeys(file: string): Promise<HospitalKeys> {
  if (!existsSync(file))
    await writeSecret(file, { signing: createSigningKey(), mask: createMaskKey() });
  return parseWith(HospitalKeys, await readJson(file), 'CONFIG_INVALID');
}

/** The owner's keys and token in `file`, made at the first start (mode 0600). */
export async function ownerKeys(file: string): Promise<OwnerKeys> {
  if (!existsSync(file))
    await writeSecret(file, { signing: createSigningKey(), token: newToken() });
  return parseWith(OwnerKeys, await readJson(file), 'CONFIG_INVALID');
}

/** A fresh bearer token: 32 random bytes, base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What a server stores of a token: SHA-256, hexadecimal. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
