import { wardbookError } from './errors.js';

/** Version of the wire protocol. This side accepts N and N−1. */
export const PROTOCOL_VERSION = 1;
/** Versions this side speaks, newest first. */
export const PROTOCOL_VERSIONS: readonly number[] = [1];
/** Version of the software, lockstep over all packages. */
export const SOFTWARE_VERSION = '0.1.0';

/**
 * Newest version both sides speak.
 *
 * @throws PROTOCOL_VERSION when there is none
 */
export function agreeVersion(theirs: readonly number[]): number {
  const common = PROTOCOL_VERSIONS.filter(version => theirs.includes(version));
  const newest = common[0];
  if (newest === undefined)
    throw wardbookError('PROTOCOL_VERSION', {
      ours: PROTOCOL_VERSIONS.join(','),
      theirs: theirs.slice(0, 8).join(',')
    });
  return newest;
}
