import { wardbookError, type PooledLimits, type WardbookError } from '@wardbook/protocol';

/**
 * What is said of an empty cohort. Under a floor it is what is said of one that is too small: two answers would tell
 * whether one person is in it.
 */
export function nobodyLeft({ k }: PooledLimits): WardbookError {
  return k > 0 ? wardbookError('GUARD_TOO_FEW', { k }) : wardbookError('ANALYSIS_NO_ROWS');
}
