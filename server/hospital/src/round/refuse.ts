import { refusalOf, type Verdict } from '@wardbook/guard';
import { NO_TRANSCRIPT } from '@wardbook/masking';
import {
  WardbookError,
  wardbookError,
  type HospitalMessage,
  type RoundOpen
} from '@wardbook/protocol';
import type { Outcome, RoundTools } from './tools.js';

/** A refusal by the rules, with what they said and the evidence they saw, for the audit. */
export class RefusedByRules extends Error {
  readonly refusal: WardbookError;
  readonly verdicts: readonly Verdict[];
  readonly evidence: unknown;
  constructor(refusal: WardbookError, verdicts: readonly Verdict[], evidence: unknown) {
    super(refusal.code);
    this.refusal = refusal;
    this.verdicts = verdicts;
    this.evidence = evidence;
  }
}

/** Goes on only when every rule passes. @throws RefusedByRules */
export function refuseUnless(verdicts: readonly Verdict[], evidence: unknown): void {
  const refusal = refusalOf(verdicts);
  if (refusal !== null) throw new RefusedByRules(refusal, verdicts, evidence);
}

/** Any fault as the outcome of a round: a code and public limits. */
export function refusedOutcome(tools: RoundTools, job: RoundOpen, error: unknown): Outcome {
  const byRules = error instanceof RefusedByRules ? error : null;
  const cause = byRules?.refusal ?? error;
  const known = cause instanceof WardbookError ? cause : wardbookError('HOSPITAL_INTERNAL');
  if (!(cause instanceof WardbookError)) tools.onFault(cause);
  const message = refusalMessage(tools, job, known);
  return {
    message: () => message,
    state: null,
    context: null,
    transcript: NO_TRANSCRIPT,
    event: 'refusal',
    verdicts: byRules?.verdicts ?? [],
    evidence: byRules?.evidence ?? null,
    payload: known.code,
    code: known.code
  };
}

/** The message of a refusal. */
export function refusalMessage(
  tools: RoundTools,
  job: RoundOpen,
  error: WardbookError
): HospitalMessage {
  const limits = Object.fromEntries(
    Object.entries(error.limits).map(([name, value]) => [
      name,
      typeof value === 'object' ? [...value] : value
    ])
  ) as Extract<HospitalMessage, { type: 'refusal' }>['limits'];
  return {
    type: 'refusal',
    run: job.run,
    round: job.round,
    hospital: tools.config.hospital,
    code: error.code,
    limits
  };
}
