import {
  blockLength,
  identityOf,
  sha256Hex,
  type EgressBlock,
  type Hash,
  type HospitalId,
  type RunId,
  type StudyId
} from '@wardbook/protocol';

/** What the masks of one round are bound to. */
export interface RoundContext {
  readonly hash: Hash;
  /** Sorted; the first adds the opening mask. */
  readonly participants: readonly HospitalId[];
}

/** Everything all participants must agree on before a sum can open. */
export interface ContextFacts {
  readonly study: StudyId;
  readonly charterHash: Hash;
  readonly planHash: Hash;
  readonly run: RunId;
  readonly round: number;
  readonly participants: readonly HospitalId[];
  /** Transcript of the rounds before; `NO_TRANSCRIPT` for round 0. */
  readonly transcript: Hash;
  readonly blocks: readonly EgressBlock[];
}

/** Transcript before the first round. */
export const NO_TRANSCRIPT = '0'.repeat(64) as Hash;

/** Context hash c of a round: masks of hospitals with different facts do not cancel. */
export function contextHash(facts: ContextFacts): Hash {
  const { study, charterHash, planHash, run, round, participants, transcript, blocks } = facts;
  return identityOf({
    context: 1,
    study,
    charterHash,
    planHash,
    run,
    round,
    participants,
    transcript,
    length: blocks.reduce((sum, block) => sum + blockLength(block), 0),
    blocks: blocks.map(({ name, shape, fractionBits }) => ({ name, shape, fractionBits }))
  });
}

/**
 * Transcript after a round: its context and the hash of every contribution frame.
 *
 * @param frames whole frames in the order of the participants
 */
export function transcriptHash(context: Hash, frames: readonly Uint8Array[]): Hash {
  return identityOf({ transcript: 1, context, frames: frames.map(sha256Hex) });
}
