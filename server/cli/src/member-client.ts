import { randomBytes } from 'node:crypto';
import { GatewayClient } from '@wardbook/kernel';
import { signWith } from '@wardbook/masking';
import {
  MemberId,
  WardbookError,
  identityOf,
  parseWith,
  requestBytes,
  wardbookError,
  type Hash,
  type SignedRequest
} from '@wardbook/protocol';
import { z } from 'zod';
import { readJson } from './federation/description.js';
import { OwnerKeys } from './federation/keys.js';
import { layoutOf } from './federation/layout.js';

const Address = z.looseObject({ coordinator: z.number() });

/**
 * A client that asks as a member of a federation on this machine.
 *
 * @param home folder of the federation
 * @throws CONFIG_INVALID when the folder or the member's keys are not there
 */
export async function memberClient(home: string, member: string): Promise<GatewayClient> {
  const id = MemberId.safeParse(member);
  if (!id.success) throw wardbookError('AUTH_NOT_MEMBER', { member });
  const layout = layoutOf(home);
  const keys = parseWith(OwnerKeys, await readJson(layout.member(id.data)), 'CONFIG_INVALID');
  const { coordinator } = parseWith(
    Address,
    await readJson(layout.coordinator.address),
    'CONFIG_INVALID'
  );
  return new GatewayClient({
    url: `http://127.0.0.1:${coordinator}/`,
    token: keys.token,
    signer: (plan, purpose) => signRequest(plan, purpose, id.data, keys.signing.privateKey)
  });
}

/** A signed request for a plan, now, with a fresh nonce. */
export function signRequest(
  plan: unknown,
  purpose: string,
  requester: MemberId,
  privateKey: string
): SignedRequest {
  const unsigned = {
    planHash: hashOf(plan),
    requester,
    purpose,
    issuedAt: new Date().toISOString(),
    nonce: randomBytes(16).toString('hex')
  };
  const signature = Buffer.from(signWith(privateKey)(requestBytes(unsigned))).toString('hex');
  return { ...unsigned, signature };
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
