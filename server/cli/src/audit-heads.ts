import { readReleases } from '@wardbook/coordinator';
import { verifyWith } from '@wardbook/masking';
import { Release, decodeFrame, type Charter } from '@wardbook/protocol';
import type { QuotedHead } from '@wardbook/hospital';

/**
 * The audit heads that the releases in a coordinator's store quote, each under its hospital's signature.
 *
 * @param state folder of the coordinator's state
 * @returns by hospital; null when there is no store in the folder
 */
export function quotedHeads(state: string, charter: Charter): Map<string, QuotedHead[]> | null {
  const releases = readReleases(state);
  if (releases === null) return null;
  const heads = new Map<string, QuotedHead[]>();
  for (const { hospital, frame } of releases) {
    const key = charter.hospitals.find(({ id }) => id === hospital)?.signingKey;
    const quoted = key === undefined ? null : headIn(frame, key);
    // What the hospital did not sign is no evidence against it.
    if (quoted !== null) heads.set(hospital, [...(heads.get(hospital) ?? []), quoted]);
  }
  return heads;
}

function headIn(frame: Uint8Array, key: string): QuotedHead | null {
  try {
    const { payload, signed, signature } = decodeFrame(frame);
    if (!verifyWith(key)(signed, signature)) return null;
    const { run, auditHead } = Release.parse(payload);
    return { run, head: auditHead };
  } catch {
    return null;
  }
}
