import { blockLength, wardbookError, type EgressBlock } from '@wardbook/protocol';
import type { Analysis, CombineTools, Step } from '../analysis.js';
import { distinctPatients, groupCodes, groupLevels } from '../groups.js';
import { leftOutOf } from '../left-out.js';
import { nobodyLeft } from '../nobody-left.js';
import { intoCells, mergeSteps, stepOf, survivalOutcome } from '../survival.js';
import { numbersOf } from '../table.js';
import { kaplanMeierCurve, medianOf, restrictedMean, type Curve } from './curve.js';
import { logRank, type LogRank } from './log-rank.js';
import { DEFAULT_HORIZON_DAYS, KaplanMeierParameters } from './parameters.js';
import { presentKaplanMeier } from './present.js';

/** One group's released curve. `level` null = everybody. */
export interface KaplanMeierGroup {
  readonly level: string | null;
  readonly n: number;
  readonly events: number;
  readonly curve: Curve;
  /** Median time, days; null = not reached. */
  readonly medianDays: number | null;
  readonly medianLowerDays: number | null;
  readonly medianUpperDays: number | null;
  readonly restrictedMean: {
    readonly horizonDays: number;
    readonly valueDays: number;
    readonly seDays: number;
  };
}

/** Released values of `kaplan-meier`. */
export interface KaplanMeierValues {
  readonly mode: 'grid' | 'exact';
  readonly interval: 'log-log' | 'log' | 'plain';
  readonly groups: readonly KaplanMeierGroup[];
  /** Patients without a time, an event or a group; null = hidden. */
  readonly leftOut: number | null;
  readonly logRank: LogRank | null;
}

const BOUND = 2 ** 40;

/** Survival curves with log-rank test, medians and restricted means. One round of counts. */
export const kaplanMeier: Analysis<KaplanMeierParameters, null, KaplanMeierValues> = {
  id: 'kaplan-meier',
  version: 1,
  title: { en: 'Survival curve (Kaplan–Meier)', fr: 'Courbe de survie (Kaplan–Meier)' },
  parameters: KaplanMeierParameters,
  mode: ({ mode }) => mode,
  variables: ({ event, by }) => [event, ...(by === undefined ? [] : [by])],
  check: (parameters, { dictionary, limits }) => {
    survivalOutcome(dictionary, parameters.event, false);
    if (parameters.by !== undefined) groupLevels(dictionary, parameters.by);
    if (parameters.mode === 'exact' && !limits.exactTimes) throw wardbookError('GUARD_EXACT_TIMES');
  },
  start: () => null,
  egress: (parameters, _state, { dictionary }): EgressBlock[] => {
    const { steps } = survivalOutcome(dictionary, parameters.event, parameters.mode === 'exact');
    const groups = parameters.by === undefined ? 1 : groupLevels(dictionary, parameters.by).length;
    const block = (name: string, en: string, fr: string): EgressBlock => ({
      name,
      label: { en, fr },
      shape: [groups, steps],
      unit: 'patients',
      class: 'survival-cells',
      bound: BOUND,
      fractionBits: 0
    });
    return [
      block(
        'events',
        'events per time step and group',
        'évènements par pas de temps et par groupe'
      ),
      block(
        'censored',
        'end of follow-up per time step and group',
        'fins de suivi par pas de temps et par groupe'
      ),
      {
        ...block('cohort', 'patients of the cohort', 'patients de la cohorte'),
        shape: [1],
        class: 'frequency'
      }
    ];
  },
  local: (table, parameters, _state, { dictionary }) => {
    const outcome = survivalOutcome(dictionary, parameters.event, parameters.mode === 'exact');
    const groups = parameters.by === undefined ? 1 : groupLevels(dictionary, parameters.by).length;
    const event = numbersOf(table, parameters.event);
    const time = numbersOf(table, outcome.time.name);
    const codes = groupCodes(table, parameters.by);
    const events = new Float64Array(groups * outcome.steps);
    const censored = new Float64Array(groups * outcome.steps);
    const seen = new Set<number>();
    let rows = 0;
    for (let row = 0; row < table.rows; row += 1) {
      const group = codes[row] ?? -1;
      const days = time[row] ?? Number.NaN;
      const happened = event[row] ?? Number.NaN;
      if (group < 0 || Number.isNaN(days) || Number.isNaN(happened)) continue;
      const at = group * outcome.steps + stepOf(days, outcome);
      const counts = happened === 1 ? events : censored;
      counts[at] = (counts[at] ?? 0) + 1;
      seen.add(table.persons[row] ?? -1);
      rows += 1;
    }
    // A curve is of persons: two rows of one patient would count the patient twice.
    if (seen.size !== rows) throw wardbookError('ANALYSIS_PATIENT_TWICE');
    const cohort = Float64Array.of(distinctPatients(table));
    return { blocks: { events, censored, cohort }, evidence: { patients: seen.size } };
  },
  combine,
  present: presentKaplanMeier,
  preview: (parameters, { dictionary }) => {
    return {
      items: kaplanMeier
        .egress(parameters, null, { dictionary, hospitals: 3, limits: NO_LIMITS })
        .map(block => ({
          label: block.label,
          shape: block.shape,
          atMost: blockLength(block),
          unit: block.unit,
          summed: true,
          times: 'once' as const
        })),
      released: [
        {
          en: 'survival curve per group on grouped times, with 95 % interval',
          fr: 'courbe de survie par groupe sur durées groupées, avec intervalle à 95\u202f%'
        },
        {
          en: 'numbers at risk, events, medians, restricted means, log-rank test',
          fr: 'effectifs à risque, évènements, médianes, moyennes restreintes, test du log-rank'
        }
      ]
    };
  }
};

const NO_LIMITS = { k: 0, residualDof: 0, parametersPerEvent: 1, exactTimes: false, profiles: [] };

function combine(
  sum: Readonly<Record<string, Float64Array>>,
  parameters: KaplanMeierParameters,
  _state: null,
  tools: CombineTools
): Step<null, KaplanMeierValues> {
  const exact = parameters.mode === 'exact';
  const outcome = survivalOutcome(tools.dictionary, parameters.event, exact);
  const levels =
    parameters.by === undefined
      ? [null]
      : groupLevels(tools.dictionary, parameters.by).map(({ code }) => code);
  const split = (name: string) =>
    levels.map((_, group) =>
      (sum[name] ?? new Float64Array()).subarray(group * outcome.steps, (group + 1) * outcome.steps)
    );
  const events = split('events');
  const censored = split('censored');
  const leavers = events.map((group, g) =>
    group.map((value, step) => value + (censored[g]?.[step] ?? 0))
  );
  const sizes = leavers.map(group => group.reduce((total, value) => total + value, 0));
  const n = sizes.reduce((total, value) => total + value, 0);
  if (n === 0) throw nobodyLeft(tools.limits);
  const names = [parameters.event, outcome.time.name, parameters.by];
  const { leftOut, evidence } = leftOutOf(
    { cohort: sum['cohort']?.[0] ?? n, used: n },
    names.filter(name => name !== undefined),
    tools
  );
  const ends = mergeSteps(leavers, exact ? 0 : tools.limits.k);
  const interval = parameters.interval ?? 'log-log';
  const timeDays = ends.map(end => (end + 1) * outcome.stepDays);
  const horizonDays = parameters.horizonDays ?? DEFAULT_HORIZON_DAYS;
  const groups = levels.map((level, g): KaplanMeierGroup => {
    const curve = kaplanMeierCurve(
      timeDays,
      intoCells(events[g] ?? [], ends),
      intoCells(censored[g] ?? [], ends),
      interval
    );
    return {
      level,
      n: sizes[g] ?? 0,
      events: curve.events.reduce((total, value) => total + value, 0),
      curve,
      medianDays: medianOf(timeDays, curve.survival),
      medianLowerDays: medianOf(timeDays, curve.lower),
      medianUpperDays: medianOf(timeDays, curve.upper),
      restrictedMean: { horizonDays, ...restrictedMean(curve, horizonDays) }
    };
  });
  const cellLeavers = groups.map(({ curve }) =>
    curve.events.map((d, cell) => d + (curve.censored[cell] ?? 0))
  );
  const tested = groups.length > 1 && groups.some(group => group.events > 0);
  return {
    kind: 'done',
    values: {
      mode: parameters.mode,
      interval,
      groups,
      leftOut,
      logRank: tested
        ? logRank(
            groups.map(({ curve }) => curve.events),
            cellLeavers
          )
        : null
    },
    evidence: {
      patients: n,
      frequencies: [
        { name: parameters.by ?? 'all', counts: sizes, hidden: sizes.map(() => false) },
        ...evidence
      ],
      scalars: [],
      survival: [
        {
          name: 'curve',
          leavers: cellLeavers,
          atRisk: groups.map(({ curve }) => curve.atRisk),
          gridded: !exact
        }
      ],
      models: [],
      quantiles: []
    }
  };
}
