import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { wardbookError, type MemberId } from '@wardbook/protocol';
import type { CoordinatorConfig } from '../config.js';

/** Who calls: a member, or a lab that speaks for its users (`member` null). */
export interface Caller {
  readonly member: MemberId | null;
}

/**
 * The caller of a request by its bearer token.
 *
 * @throws AUTH_REQUIRED when the token is absent or unknown
 */
export function callerOf(config: CoordinatorConfig, headers: IncomingHttpHeaders): Caller {
  const token = /^Bearer ([\w-]{16,200})$/.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw wardbookError('AUTH_REQUIRED');
  const given = createHash('sha256').update(token).digest();
  let caller: Caller | null = null;
  for (const { member, tokenHash } of config.tokens)
    if (timingSafeEqual(given, Buffer.from(tokenHash, 'hex'))) caller = { member };
  if (caller === null) throw wardbookError('AUTH_REQUIRED');
  return caller;
}
