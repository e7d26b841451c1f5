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
 * @param theirs versions of the other side, in any order
 * @param ours versions of this side
 * @throws PROTOCOL_VERSION when there is none
 */
export function agreeVersion(
  theirs: readonly number[],
  ours: readonly number[] = PROTOCOL_VERSIONS
): number {
  const common = ours.filter(version => theirs.includes(version));
  if (common.length === 0)
    throw wardbookError('PROTOCOL_VERSION', {
      ours: ours.join(','),
      theirs: theirs.slice(0, 8).join(',')
    });
  return Math.max(...common);
}
