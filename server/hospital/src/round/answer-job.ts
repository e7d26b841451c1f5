import { createHash } from 'node:crypto';
import type { BoundAnalysis } from '@wardbook/analyses';
import {
  hideCells,
  judgeLocal,
  judgePooled,
  refusalOf,
  roundRelease,
  type Verdict
} from '@wardbook/guard';
import { NO_TRANSCRIPT, contextHash, transcriptHash, type SumPort } from '@wardbook/masking';
import {
  WardbookError,
  canonicalJson,
  charterHash,
  encodeFrame,
  identityOf,
  planHash,
  pooledLimits,
  sha256Hex,
  wardbookError,
  type Hash,
  type HospitalMessage,
  type RoundOpen,
  type Sign
} from '@wardbook/protocol';
import type { AuditRecord } from '../audit.js';
import type { HospitalConfig } from '../config.js';
import type { Snapshot } from '../data/snapshot.js';
import type { Recorder } from '../recorder.js';
import type { HospitalStore } from '../store.js';
import { verifiedContributions } from './open.js';
import { resolveQuestion, type Question } from './resolve.js';

/** What the pipeline of a round works with. */
export interface RoundTools {
  readonly config: HospitalConfig;
  readonly snapshot: Snapshot;
  readonly store: HospitalStore;
  readonly sums: SumPort;
  readonly sign: Sign;
  readonly recorder: Recorder;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Questions of runs in progress, so that a round does not check them again. */
  readonly questions: Map<string, Question>;
  /** Where an unexpected fault is told: no patient data. */
  readonly onFault: (error: unknown) => void;
}

/** A round's outcome before it is framed. */
interface Outcome {
  readonly message: (auditHead: Hash) => HospitalMessage;
  readonly state: string | null;
  readonly context: Hash | null;
  readonly transcript: Hash;
  readonly event: AuditRecord['event'];
  readonly verdicts: readonly Verdict[];
  readonly evidence: unknown;
  readonly payload: string | Uint8Array;
  readonly code: string | null;
}

/**
 * Answers one job exactly once: resolve → open → compute → guard → mask → sign → audit → store. A second
 * delivery gets the stored bytes; any fault becomes a refusal with code and public limits.
 */
export function answerJob(tools: RoundTools, job: RoundOpen): Uint8Array {
  const request = jobIdentity(job);
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
    outcome = work(tools, job);
  } catch (error) {
    outcome = refusal(tools, job, error);
  }
  const finished = tools.store.finishJob(
    { run: job.run, round: job.round, nonce: job.request.nonce },
    auditRecord(tools, job, outcome),
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

function work(tools: RoundTools, job: RoundOpen): Outcome {
  const question = questionOf(tools, job);
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
  const step = analysis.combine(sum, state, hideCells(limitsOf(tools, question).k));
  return step.kind === 'next'
    ? contribute(tools, job, question, step.state, transcript)
    : release(tools, job, question, step, transcript);
}

function contribute(
  tools: RoundTools,
  job: RoundOpen,
  question: Question,
  state: unknown,
  transcript: Hash
): Outcome {
  const { analysis, table } = question;
  const blocks = analysis.egress(state);
  const part = analysis.local(table, state);
  const verdicts = judgeLocal(blocks, part.blocks, part.evidence, tools.config.policy);
  const refused = refusalOf(verdicts);
  if (refused !== null) throw refused;
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

type Done = Extract<ReturnType<BoundAnalysis['combine']>, { kind: 'done' }>;

function release(
  tools: RoundTools,
  job: RoundOpen,
  question: Question,
  step: Done,
  transcript: Hash
): Outcome {
  const limits = limitsOf(tools, question);
  const verdicts = judgePooled(step.evidence, limits);
  const refused = refusalOf(verdicts);
  if (refused !== null) throw refused;
  const values = canonicalJson(step.values);
  return released(tools, job, question, {
    values,
    verdicts,
    evidence: step.evidence,
    transcript,
    rounds: job.round
  });
}

/** A release of this hospital alone: all rounds here, rules on its own numbers, rounded. */
function releaseAlone(tools: RoundTools, job: RoundOpen, question: Question): Outcome {
  const { analysis, table } = question;
  const { policy } = tools.config;
  const limits = pooledLimits([policy]);
  let state = analysis.start();
  for (let round = 1; round <= 200; round += 1) {
    const blocks = analysis.egress(state);
    const part = analysis.local(table, state);
    const refused = refusalOf(judgeLocal(blocks, part.blocks, part.evidence, policy));
    if (refused !== null) throw refused;
    const step = analysis.combine(part.blocks, state, hideCells(limits.k));
    if (step.kind === 'next') {
      state = step.state;
      continue;
    }
    const verdicts = judgePooled(step.evidence, limits);
    const fault = refusalOf(verdicts);
    if (fault !== null) throw fault;
    const values = canonicalJson(roundRelease(step.values, policy));
    return released(tools, job, question, {
      values,
      verdicts,
      evidence: step.evidence,
      transcript: NO_TRANSCRIPT,
      rounds: round
    });
  }
  throw wardbookError('ANALYSIS_DID_NOT_CONVERGE');
}

function released(
  tools: RoundTools,
  job: RoundOpen,
  question: Question,
  facts: {
    values: string;
    verdicts: readonly Verdict[];
    evidence: unknown;
    transcript: Hash;
    rounds: number;
  }
): Outcome {
  tools.recorder.plain('release', facts.values);
  return {
    message: auditHead => ({
      type: 'release',
      run: job.run,
      rounds: facts.rounds,
      hospital: tools.config.hospital,
      snapshot: tools.snapshot.id,
      planHash: question.planHash,
      values: facts.values,
      egress: egressSummary(tools, job, question),
      auditHead
    }),
    state: null,
    context: null,
    transcript: facts.transcript,
    event: 'release',
    verdicts: facts.verdicts,
    evidence: facts.evidence,
    payload: facts.values,
    code: null
  };
}

function egressSummary(tools: RoundTools, job: RoundOpen, question: Question) {
  const totals = new Map<string, { name: string; values: number; rounds: number }>();
  for (let round = 0; round < job.round; round += 1) {
    const state = tools.store.job(job.run, round)?.state;
    if (state == null) continue;
    for (const block of question.analysis.egress(JSON.parse(state))) {
      const values = block.shape.reduce((product, extent) => product * extent, 1);
      const total = totals.get(block.name) ?? { name: block.name, values: 0, rounds: 0 };
      totals.set(block.name, {
        name: block.name,
        values: total.values + values,
        rounds: total.rounds + 1
      });
    }
  }
  return [...totals.values()];
}

function refusal(tools: RoundTools, job: RoundOpen, error: unknown): Outcome {
  const known = error instanceof WardbookError ? error : wardbookError('HOSPITAL_INTERNAL');
  if (!(error instanceof WardbookError)) tools.onFault(error);
  const message = refusalMessage(tools, job, known);
  return {
    message: () => message,
    state: null,
    context: null,
    transcript: NO_TRANSCRIPT,
    event: 'refusal',
    verdicts: [],
    evidence: null,
    payload: known.code,
    code: known.code
  };
}

function refusalMessage(tools: RoundTools, job: RoundOpen, error: WardbookError): HospitalMessage {
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

function auditRecord(tools: RoundTools, job: RoundOpen, outcome: Outcome): AuditRecord {
  const payload =
    typeof outcome.payload === 'string' ? Buffer.from(outcome.payload) : outcome.payload;
  return {
    at: new Date(tools.now()).toISOString(),
    event: outcome.event,
    run: job.run,
    round: job.round,
    planHash: planHash(job.plan),
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

function questionOf(tools: RoundTools, job: RoundOpen): Question {
  const known = tools.questions.get(job.run);
  if (known !== undefined) {
    if (planHash(job.plan) !== known.planHash)
      throw wardbookError('MASKING_CONTEXT', { reason: 'plan' });
    return known;
  }
  const question = resolveQuestion(tools.config, tools.snapshot.table, job, tools.now());
  tools.questions.set(job.run, question);
  return question;
}

function limitsOf(tools: RoundTools, question: Question) {
  const { charter, policy } = tools.config;
  const charterPolicies = charter.hospitals
    .filter(({ id }) => question.plan.hospitals.includes(id))
    .map(hospital => hospital.policy);
  return pooledLimits([...charterPolicies, policy]);
}

function jobIdentity(job: RoundOpen): string {
  return identityOf({
    plan: planHash(job.plan),
    request: job.request,
    charterHash: job.charterHash,
    participants: job.participants,
    contributions: job.contributions.map(sha256Hex)
  });
}
