import { GatewayClient, signRequest } from '@wardbook/kernel';
import { MemberId, parseWith, wardbookError } from '@wardbook/protocol';
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
