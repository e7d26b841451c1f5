import type {
  Dictionary,
  EgressBlock,
  HideCells,
  LocalEvidence,
  Localised,
  PooledEvidence,
  PooledLimits,
  PreviewItem,
  Presentation
} from '@wardbook/protocol';
import type { z } from 'zod';
import type { Table } from './table.js';

/** What every half of an analysis may read: public facts only. */
export interface StudyContext {
  readonly dictionary: Dictionary;
  readonly limits: PooledLimits;
  /** Number of hospitals in the sum (1 for a per-hospital release). */
  readonly hospitals: number;
}

/** Numbers by block name; each array has the block's length, row-major. */
export type Blocks = Readonly<Record<string, Float64Array>>;

/** What one hospital computed in a round. `evidence` stays; `blocks` go through the gate and the mask. */
export interface LocalPart {
  readonly blocks: Blocks;
  readonly evidence: LocalEvidence;
}

/** What a sum leads to: another round, the end, or a refusal with a code of the registry (thrown). */
export type Step<S, V> =
  | { readonly kind: 'next'; readonly state: S }
  | { readonly kind: 'done'; readonly values: V; readonly evidence: PooledEvidence };

/** What `combine` may use beside the sum. */
export interface CombineTools extends StudyContext {
  /** Rules D2/D3 of the guard: which cells of a line with a published total are hidden. */
  readonly hide: HideCells;
}

/** What `present` may use. */
export interface PresentContext {
  readonly dictionary: Dictionary;
  readonly limits: PooledLimits;
  /** Names of the hospitals that answered, and how many were asked. */
  readonly hospitals: readonly Localised[];
  readonly asked: number;
  readonly scope: 'pooled' | 'per-hospital';
}

/**
 * One analysis of the catalogue: a pure sum over hospitals per round.
 * P = parameters, S = public state between rounds (plain JSON data), V = released values (plain JSON data).
 * All functions are pure; nothing reads a clock, a file or a random source.
 */
export interface Analysis<P, S, V> {
  readonly id: string;
  readonly version: 1;
  readonly title: Localised;
  readonly parameters: z.ZodType<P>;
  /** Mode printed on every result, such as `exact`, `grid`, `stratified`. */
  mode(parameters: P): string;
  /** Variables whose columns `local` reads. */
  variables(parameters: P): readonly string[];
  /** @throws PLAN_UNKNOWN_VARIABLE, PLAN_WRONG_TYPE, PLAN_UNKNOWN_LEVEL, GUARD_EXACT_TIMES */
  check(parameters: P, context: StudyContext): void;
  /** State before round 0. */
  start(parameters: P, context: StudyContext): S;
  /** What leaves in the round that `state` leads to; all shapes exact. */
  egress(parameters: P, state: S, context: StudyContext): readonly EgressBlock[];
  /** One hospital's partial. Rows with missing values are treated as the analysis says. */
  local(table: Table, parameters: P, state: S, context: StudyContext): LocalPart;
  /** Opened sum → next state or released values. @throws codes of the registry, such as ANALYSIS_NO_EVENTS */
  combine(sum: Blocks, parameters: P, state: S, tools: CombineTools): Step<S, V>;
  /** Released values → table, figure, sentences, in English and French. */
  present(values: V, parameters: P, context: PresentContext): Presentation;
  /** For the preview, from dictionary and limits alone. */
  preview(
    parameters: P,
    context: StudyContext
  ): {
    readonly items: readonly PreviewItem[];
    readonly released: readonly Localised[];
  };
}
