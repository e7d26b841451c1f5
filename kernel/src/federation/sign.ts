import { createPrivateKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import {
  WardbookError,
  identityOf,
  requestBytes,
  type Hash,
  type MemberId,
  type SignedRequest
} from '@wardbook/protocol';

// DER prefix of an Ed25519 private key (RFC 8410) before the 32 raw bytes.
const PKCS8 = '302e020100300506032b657004220420';

// Reading a key costs several signatures; a process signs for few members.
const KEYS_KEPT = 100;
const keys = new Map<string, KeyObject>();

/**
 * A signed request for a plan, now, with a fresh nonce.
 *
 * @param signingKey raw Ed25519 private key, hexadecimal
 */
export function signRequest(
  plan: unknown,
  purpose: string,
  requester: MemberId,
  signingKey: string
): SignedRequest {
  const unsigned = {
    planHash: hashOf(plan),
    requester,
    purpose,
    issuedAt: new Date().toISOString(),
    nonce: randomBytes(16).toString('hex')
  };
  const signature = sign(null, requestBytes(unsigned), keyOf(signingKey)).toString('hex');
  return { ...unsigned, signature };
}

function keyOf(signingKey: string): KeyObject {
  const known = keys.get(signingKey);
  if (known !== undefined) return known;
  const der = Buffer.from(PKCS8 + signingKey, 'hex');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  if (keys.size < KEYS_KEPT) keys.set(signingKey, key);
  return key;
}

// A plan without canonical form is refused by the coordinator; it needs no identity.
function hashOf(plan: unknown): Hash {
  try {
    return identityOf(plan);
  } catch (error) {
    if (error instanceof WardbookError) return '0'.repeat(64) as Hash;
    throw error;
  }
}
