import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { identityOf, requestBytes, type MemberId, type SignedRequest } from '@wardbook/protocol';

// DER prefix of an Ed25519 private key (RFC 8410) before the 32 raw bytes.
const PKCS8 = '302e020100300506032b657004220420';

/** A signed request for a plan, now, with a fresh nonce. */
export function signRequest(
  plan: unknown,
  purpose: string,
  requester: MemberId,
  signingKey: string
): SignedRequest {
  const unsigned = {
    planHash: identityOf(plan),
    requester,
    purpose,
    issuedAt: new Date().toISOString(),
    nonce: randomBytes(16).toString('hex')
  };
  const key = createPrivateKey({
    key: Buffer.from(PKCS8 + signingKey, 'hex'),
    format: 'der',
    type: 'pkcs8'
  });
  return { ...unsigned, signature: sign(null, requestBytes(unsigned), key).toString('hex') };
}
