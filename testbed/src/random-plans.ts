import { demoPlan } from './ask.js';

/** Seeded generator (mulberry32): numbers in [0, 1). The seed belongs into every failure message. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;
type Json = Record<string, unknown>;

const NUMBERS = ['age', 'nodes', 'pgr', 'er', 'year'];
const GROUPS = ['size', 'grade', 'meno', 'hormon', 'chemo'];

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

function some(random: Random, items: readonly string[]): string[] {
  const chosen = items.filter(() => random() < 0.5);
  return chosen.length > 0 ? chosen : [pick(random, items)];
}

function cohort(random: Random, depth: number): Json {
  const kind = depth > 2 ? 3 : Math.floor(random() * 6);
  if (kind === 0) return { and: [cohort(random, depth + 1), cohort(random, depth + 1)] };
  if (kind === 1) return { or: [cohort(random, depth + 1), cohort(random, depth + 1)] };
  if (kind === 2) return { not: cohort(random, depth + 1) };
  const low = 20 + Math.floor(random() * 60);
  if (kind === 3) return { variable: 'age', between: [low, low + 5 + Math.floor(random() * 30)] };
  if (kind === 4) return { variable: 'grade', in: [pick(random, ['1-2', '3'])] };
  return { variable: pick(random, NUMBERS), [pick(random, ['lt', 'le', 'gt', 'ge'])]: low };
}

function analysis(random: Random): [string, Json] {
  const by = random() < 0.6 ? { by: pick(random, GROUPS) } : {};
  switch (Math.floor(random() * 4)) {
    case 0:
      return ['count', by];
    case 1:
      return ['describe', { variables: some(random, [...NUMBERS, ...GROUPS]), ...by }];
    case 2:
      return ['kaplan-meier', { event: 'rfs', mode: 'grid', ...by }];
    default:
      return [
        'cox-regression',
        {
          event: 'rfs',
          covariates: some(random, [...NUMBERS, ...GROUPS]).slice(0, 6),
          mode: pick(random, ['grid', 'stratified'])
        }
      ];
  }
}

/** A plan that is well-formed for the demo study; hospitals may still refuse it. */
export function randomPlan(random: Random): Json {
  const [id, parameters] = analysis(random);
  const asked = random() < 0.7 ? { cohort: cohort(random, 0) } : {};
  const alone = random() < 0.15;
  const where = alone
    ? { hospitals: [pick(random, ['gbsg', 'north', 'south'])], scope: 'per-hospital' }
    : {};
  return demoPlan(id, parameters, { ...asked, ...where });
}

/** A plan with one deliberate fault: unknown or extra field, wrong type, unknown variable, hostile text. */
export function spoiledPlan(random: Random): Json {
  const plan = randomPlan(random);
  const hostile = pick(random, [
    "age'; COPY (SELECT * FROM patients) TO 'x'; --",
    '../../etc/passwd',
    '__proto__',
    'pid',
    '${process.env}',
    'note'
  ]);
  switch (Math.floor(random() * 8)) {
    case 0:
      return { ...plan, [hostile]: 1 };
    case 1:
      return { ...plan, parameters: { ...(plan['parameters'] as Json), extra: hostile } };
    case 2:
      return { ...plan, analysis: hostile };
    case 3:
      return demoPlan('count', { by: hostile });
    case 4:
      return { ...plan, cohort: { variable: hostile, eq: 1 } };
    case 5:
      return { ...plan, cohort: { variable: 'age', eq: { toString: 1 } } };
    case 6:
      return { ...plan, hospitals: [hostile] };
    default:
      return { ...plan, protocol: 99 };
  }
}
