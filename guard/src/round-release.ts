import type { Policy } from '@wardbook/protocol';

/**
 * Rounds a release attributed to one hospital: numbers to the policy's significant digits, whole numbers
 * named as counts floored to the policy's base (rule D4).
 *
 * @param values plain JSON data of the analysis
 * @param policy limits of the hospital
 * @returns a copy; text, booleans and null stay
 */
export function roundRelease(
  values: unknown,
  policy: Pick<Policy, 'countBase' | 'significantDigits'>
): unknown {
  return rounded(values, '', policy);
}

const COUNT_NAMES =
  /^(n|patients|events|missing|count|counts|atRisk|censored|eventsCumulative|censoredCumulative|leavers|leftOut)$/;

function rounded(
  value: unknown,
  name: string,
  policy: Pick<Policy, 'countBase' | 'significantDigits'>
): unknown {
  if (typeof value === 'number') {
    if (COUNT_NAMES.test(name)) return Math.floor(value / policy.countBase) * policy.countBase;
    return Number(value.toPrecision(Math.min(17, policy.significantDigits)));
  }
  if (Array.isArray(value)) return value.map(item => rounded(item, name, policy));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, rounded(member, key, policy)])
    );
  return value;
}
