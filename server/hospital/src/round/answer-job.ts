import { createHash } from 'node:crypto';
import { distinctPatients } from '@wardbook/analyses';
import { hideCells, judgeCohort, judgeLocal } from '@wardbook/guard';
import { NO_TRANSCRIPT, contextHash, transcriptHash } from '@wardbook/masking';
import {
  charterHash,
  encodeFrame,
  identityOf,
  planHash,
  sha256Hex,
  wardbookError,
  type Hash,
  type RoundOpen
} from '@wardbook/protocol';
import type { AuditRecord } from '../audit.js';
import { verifiedContributions } from './open.js';
import { refusalMessage, refuseUnless, refusedOutcome } from './refuse.js';
import { releaseAlone, releasePooled } from './release.js';
import { resolveQuestion, type Question } from './resolve.js';
import { charterLimits, type Outcome, type RoundTools } from './tools.js';

/**
 * Answers one job exactly once: resolve → open → compute → guard → mask → sign → audit → store. A second
 * delivery gets the stored bytes; any fault becomes a refusal with code and public limits.
 */
export function answerJob(tools: RoundTools, job: RoundOpen): Uint8Array {
  const plan = planHash(job.plan);
  const request = jobIdentity(job, plan);
  const stored = tools.store.job(job.run, job.round);
  if (stored !== null) {
    if (stored.requestHash === request) return stored.answer;
    return encodeFrame(
      refusalMessage(tools, job, wardbookError('MASKING_CONTEXT', { reason: 'second job' })),
      tools.sign
    );
  }
  let outcome: Outcome;
  try {
    outcome = work(tools, job, plan);
  } catch (error) {
    outcome = refusedOutcome(tools, job, error);
  }
  const finished = tools.store.finishJob(
    { run: job.run, round: job.round, nonce: job.request.nonce },
    auditRecord(tools, job, { outcome, plan }),
    head => ({
      requestHash: request,
      state: outcome.state,
      context: outcome.context,
      transcript: outcome.transcript,
      snapshot: tools.snapshot.id,
      answer: encodeFrame(outcome.message(head), tools.sign)
    })
  );
  return finished.answer;
}

function work(tools: RoundTools, job: RoundOpen, plan: Hash): Outcome {
  const question = questionOf(tools, job, plan);
  if (tools.store.isNonceUsed(job.request.nonce, job.run))
    throw wardbookError('AUTH_REQUEST_STALE');
  if (question.plan.scope === 'per-hospital') return releaseAlone(tools, job, question);
  const { analysis } = question;
  if (job.round === 0) return contribute(tools, job, question, analysis.start(), NO_TRANSCRIPT);
  const before = tools.store.job(job.run, job.round - 1);
  if (before?.state == null || before.context === null)
    throw wardbookError('MASKING_CONTEXT', { reason: 'order' });
  if (before.snapshot !== tools.snapshot.id) throw wardbookError('HOSPITAL_SNAPSHOT_CHANGED');
  const state: unknown = JSON.parse(before.state);
  const rings = verifiedContributions(tools.config, job, before);
  const context = { hash: before.context, participants: job.participants };
  const sum = tools.sums.open(context, analysis.egress(state), rings);
  const transcript = transcriptHash(before.context, job.contributions);
  const step = analysis.combine(sum, state, hideCells(charterLimits(tools, question).k));
  return step.kind === 'next'
    ? contribute(tools, job, question, step.state, transcript)
    : releasePooled(tools, job, question, { step, transcript });
}

function contribute(
  tools: RoundTools,
  job: RoundOpen,
  question: Question,
  state: unknown,
  transcript: Hash
): Outcome {
  const { analysis, table } = question;
  const patients = distinctPatients(table);
  refuseUnless(judgeCohort(patients, tools.config.policy), { patients });
  const blocks = analysis.egress(state);
  const part = analysis.local(table, state);
  const verdicts = judgeLocal(blocks, part.blocks, part.evidence, tools.config.policy);
  refuseUnless(verdicts, part.evidence);
  const hash = contextHash({
    study: tools.config.study,
    charterHash: charterHash(tools.config.charter),
    planHash: question.planHash,
    run: job.run,
    round: job.round,
    participants: job.participants,
    transcript,
    blocks
  });
  for (const [name, values] of Object.entries(part.blocks)) tools.recorder.plain(name, values);
  const values = tools.sums.contribute(
    { hash, participants: job.participants },
    blocks,
    part.blocks
  );
  return {
    message: () => ({
      type: 'contribution',
      run: job.run,
      round: job.round,
      hospital: tools.config.hospital,
      context: hash,
      values
    }),
    state: JSON.stringify(state),
    context: hash,
    transcript,
    event: 'contribution',
    verdicts,
    evidence: part.evidence,
    payload: values,
    code: null
  };
}

function auditRecord(
  tools: RoundTools,
  job: RoundOpen,
  { outcome, plan }: { readonly outcome: Outcome; readonly plan: Hash }
): AuditRecord {
  const payload =
    typeof outcome.payload === 'string' ? Buffer.from(outcome.payload) : outcome.payload;
  return {
    at: new Date(tools.now()).toISOString(),
    event: outcome.event,
    run: job.run,
    round: job.round,
    planHash: plan,
    plan: job.plan,
    requester: job.request.requester,
    purpose: job.request.purpose,
    analysis: job.plan.analysis,
    rules: outcome.verdicts.map(({ rule, pass }) => ({ rule, pass })),
    evidenceHash:
      outcome.evidence === null
        ? null
        : createHash('sha256').update(JSON.stringify(outcome.evidence)).digest('hex'),
    bytesOutHash: sha256Hex(payload),
    bytesOut: payload.length,
    code: outcome.code
  };
}

function questionOf(tools: RoundTools, job: RoundOpen, plan: Hash): Question {
  const known = tools.questions.get(job.run);
  if (known !== undefined) {
    if (plan !== known.planHash) throw wardbookError('MASKING_CONTEXT', { reason: 'plan' });
    return known;
  }
  const question = resolveQuestion(tools.config, tools.snapshot.table, job, tools.now());
  tools.questions.set(job.run, question);
  return question;
}

function jobIdentity(job: RoundOpen, plan: Hash): string {
  return identityOf({
    plan,
    request: job.request,
    charterHash: job.charterHash,
    participants: job.participants,
    contributions: job.contributions.map(sha256Hex)
  });
}
