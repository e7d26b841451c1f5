import { charterHash, wardbookError, type Charter } from '@wardbook/protocol';
import type { HospitalStore } from './store.js';

/**
 * Pins the newest charter that this hospital has worked under; its signatures were checked before.
 *
 * @throws CHARTER_INVALID for an older one, and for another one of the same version
 */
export function pinCharter(store: HospitalStore, charter: Charter): void {
  const { version } = charter;
  const hash = charterHash(charter);
  const pin = Buffer.from(JSON.stringify({ version, hash }));
  const pinned = JSON.parse(Buffer.from(store.fact('charter', () => pin)).toString('utf8')) as {
    version: number;
    hash: string;
  };
  if (pinned.hash === hash) return;
  if (pinned.version >= version)
    throw wardbookError('CHARTER_INVALID', { reason: 'not the pinned charter' });
  store.setFact('charter', pin);
}
