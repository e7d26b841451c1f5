import { distinctPatients, type BoundAnalysis } from '@wardbook/analyses';
import {
  hideCells,
  judgeCohort,
  judgeLocal,
  judgePooled,
  roundRelease,
  type Verdict
} from '@wardbook/guard';
import { NO_TRANSCRIPT } from '@wardbook/masking';
import {
  blockLength,
  canonicalJson,
  pooledLimits,
  wardbookError,
  type EgressSummary,
  type Hash,
  type RoundOpen
} from '@wardbook/protocol';
import { refuseUnless } from './refuse.js';
import type { Question } from './resolve.js';
import { ownLimits, type Outcome, type RoundTools } from './tools.js';

type Done = Extract<ReturnType<BoundAnalysis['combine']>, { kind: 'done' }>;

const MAX_ROUNDS = 200;

/** What a release says besides its envelope. */
interface Released {
  readonly values: string;
  readonly verdicts: readonly Verdict[];
  readonly evidence: unknown;
  readonly transcript: Hash;
  readonly rounds: number;
  readonly egress: readonly EgressSummary[];
}

/** The last opened sum as a release, judged by the pooled rules. @throws RefusedByRules */
export function releasePooled(
  tools: RoundTools,
  job: RoundOpen,
  question: Question,
  { step, transcript }: { readonly step: Done; readonly transcript: Hash }
): Outcome {
  const verdicts = judgePooled(step.evidence, ownLimits(tools, question));
  refuseUnless(verdicts, step.evidence);
  return released(tools, job, question, {
    values: canonicalJson(step.values),
    verdicts,
    evidence: step.evidence,
    transcript,
    rounds: job.round,
    egress: blocksThatLeft(tools, job, question)
  });
}

/** A release of this hospital alone: all rounds here, rules on its own numbers, rounded. @throws RefusedByRules */
export function releaseAlone(tools: RoundTools, job: RoundOpen, question: Question): Outcome {
  const { analysis, table } = question;
  const { policy } = tools.config;
  const limits = pooledLimits([policy]);
  const patients = distinctPatients(table);
  refuseUnless(judgeCohort(patients, policy), { patients });
  let state = analysis.start();
  for (let rounds = 1; rounds <= MAX_ROUNDS; rounds += 1) {
    const blocks = analysis.egress(state);
    const part = analysis.local(table, state);
    refuseUnless(judgeLocal(blocks, part.blocks, part.evidence, policy), part.evidence);
    const step = analysis.combine(part.blocks, state, hideCells(limits.k));
    if (step.kind === 'next') {
      state = step.state;
      continue;
    }
    const verdicts = judgePooled(step.evidence, limits);
    refuseUnless(verdicts, step.evidence);
    const values = roundRelease(step.values, policy);
    return released(tools, job, question, {
      values: canonicalJson(values),
      verdicts,
      evidence: step.evidence,
      transcript: NO_TRANSCRIPT,
      rounds,
      egress: [{ name: 'released', label: RELEASED, values: numbersIn(values), rounds: 1 }]
    });
  }
  throw wardbookError('ANALYSIS_DID_NOT_CONVERGE');
}

const RELEASED = { en: 'rounded results', fr: 'résultats arrondis' };

function released(tools: RoundTools, job: RoundOpen, question: Question, facts: Released): Outcome {
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
      egress: [...facts.egress],
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

function blocksThatLeft(tools: RoundTools, job: RoundOpen, question: Question): EgressSummary[] {
  const left = new Map<string, EgressSummary>();
  for (let round = 0; round < job.round; round += 1) {
    const state = tools.store.job(job.run, round)?.state;
    if (state == null) continue;
    for (const block of question.analysis.egress(JSON.parse(state))) {
      const { name, label } = block;
      const key = `${name} ${blockLength(block)}`;
      const rounds = (left.get(key)?.rounds ?? 0) + 1;
      left.set(key, { name, label, values: blockLength(block), rounds });
    }
  }
  return [...left.values()];
}

function numbersIn(value: unknown): number {
  if (typeof value === 'number') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, item) => sum + numbersIn(item), 0);
}
