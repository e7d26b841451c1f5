import {
  wardbookError,
  type ErrorCode,
  type ErrorLimits,
  type WardbookError
} from '@wardbook/protocol';

/** What one rule says of one object. `limits` are public limits and dictionary names only. */
export interface Verdict {
  /** Rule ID of SPEC.md. */
  readonly rule: string;
  readonly pass: boolean;
  /** Code of the refusal when it does not pass. */
  readonly code: ErrorCode;
  readonly limits: ErrorLimits;
}

/** A verdict of a rule. */
export function verdict(
  rule: string,
  pass: boolean,
  code: ErrorCode,
  limits: ErrorLimits = {}
): Verdict {
  return { rule, pass, code, limits };
}

/** The refusal of the first rule that does not pass; null when all pass. An empty list is a refusal: fail closed. */
export function refusalOf(verdicts: readonly Verdict[]): WardbookError | null {
  if (verdicts.length === 0) return wardbookError('GUARD_EVIDENCE');
  const failed = verdicts.find(({ pass }) => !pass);
  return failed === undefined ? null : wardbookError(failed.code, failed.limits);
}
