import type { ReleaseFacts } from './state.js';

const RELATIVE = 1e-9;

/** Whether all hospitals released the same values: equal data, numbers to a relative 1e-9. */
export function releasesAgree(releases: readonly ReleaseFacts[]): boolean {
  const [first, ...others] = releases;
  if (first === undefined) return false;
  return others.every(other => other.values === first.values || close(parse(other), parse(first)));
}

function parse(release: ReleaseFacts): unknown {
  try {
    return JSON.parse(release.values);
  } catch {
    return Number.NaN;
  }
}

function close(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= RELATIVE * Math.max(1e-3, Math.abs(a), Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => close(item, b[index]));
  if (isRecord(a) && isRecord(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every(key => key in b && close(a[key], b[key]))
    );
  }
  return a === b;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
