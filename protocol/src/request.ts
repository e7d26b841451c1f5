import { utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { canonicalJson } from './canonical.js';
import { Hash, MemberId, hexBytes } from './ids.js';

/** Who asks, why and when; travels beside the plan. `signature`: Ed25519 over `requestBytes`. */
export const SignedRequest = z.strictObject({
  planHash: Hash,
  requester: MemberId,
  purpose: z.string().min(1).max(500),
  issuedAt: z.iso.datetime(),
  nonce: hexBytes(16),
  signature: hexBytes(64)
});
/** Who asks, why and when, signed by the member's key. */
export type SignedRequest = z.infer<typeof SignedRequest>;

/** The bytes a member signs: canonical JSON of the request without its signature, UTF-8, domain-separated. */
export function requestBytes(request: Omit<SignedRequest, 'signature'>): Uint8Array {
  const { planHash, requester, purpose, issuedAt, nonce } = request;
  return utf8ToBytes(
    `wardbook/request/1\n${canonicalJson({ planHash, requester, purpose, issuedAt, nonce })}`
  );
}
