import { bindPlan, selectCohort, type BoundAnalysis, type Table } from '@wardbook/analyses';
import { judgeRequest } from '@wardbook/guard';
import { verifyWith } from '@wardbook/masking';
import {
  charterHash,
  parsePlan,
  planHash,
  requestBytes,
  wardbookError,
  type Dictionary,
  type Hash,
  type Plan,
  type RoundOpen
} from '@wardbook/protocol';
import type { HospitalConfig } from '../config.js';
import { refuseUnless } from './refuse.js';

const REQUEST_LIFE_MS = 24 * 3_600_000;
const CLOCK_SKEW_MS = 10 * 60_000;

/** A question the hospital has checked by itself. */
export interface Question {
  readonly plan: Plan;
  readonly planHash: Hash;
  readonly analysis: BoundAnalysis;
  /** The cohort's rows. */
  readonly table: Table;
}

/**
 * Checks charter, membership, signature, plan and request rules; selects the cohort.
 *
 * @throws CHARTER_INVALID, AUTH_NOT_MEMBER, AUTH_BAD_SIGNATURE, AUTH_REQUEST_STALE, PLAN_*, RefusedByRules
 */
export function resolveQuestion(
  config: HospitalConfig,
  table: Table,
  job: RoundOpen,
  nowMs: number
): Question {
  const { charter, dictionary, hospital, policy } = config;
  if (job.charterHash !== charterHash(charter))
    throw wardbookError('CHARTER_INVALID', { reason: 'other charter' });
  const plan = parsePlan(job.plan);
  const hash = planHash(plan);
  checkRequest(config, job, hash, nowMs);
  const participants = job.participants;
  const asPlanned =
    participants.length === plan.hospitals.length &&
    participants.every((id, i) => id === plan.hospitals[i]);
  if (!asPlanned || !participants.includes(hospital))
    throw wardbookError('MASKING_CONTEXT', { reason: 'participants' });
  const analysis = bindPlan(plan, charter, dictionary);
  refuseUnless(judgeRequest(plan, policy, participants), null);
  return {
    plan,
    planHash: hash,
    analysis,
    table: selectCohort(table, plan.cohort, readBy(analysis, dictionary))
  };
}

// An event is read together with its duration.
function readBy(analysis: BoundAnalysis, dictionary: Dictionary): string[] {
  return analysis.variables.flatMap(name => {
    const variable = dictionary.variables.find(candidate => candidate.name === name);
    return variable?.type === 'event' ? [name, variable.time] : [name];
  });
}

function checkRequest(config: HospitalConfig, job: RoundOpen, hash: Hash, nowMs: number): void {
  const { request } = job;
  const member = config.charter.members.find(({ id }) => id === request.requester);
  if (member === undefined) throw wardbookError('AUTH_NOT_MEMBER');
  const signed = verifyWith(member.key)(
    requestBytes(request),
    Buffer.from(request.signature, 'hex')
  );
  if (!signed || request.planHash !== hash) throw wardbookError('AUTH_BAD_SIGNATURE');
  const ageMs = nowMs - Date.parse(request.issuedAt);
  if (ageMs > REQUEST_LIFE_MS || ageMs < -CLOCK_SKEW_MS) throw wardbookError('AUTH_REQUEST_STALE');
}
