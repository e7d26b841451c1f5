import type { Result } from '@wardbook/protocol';
import { builders, type PlanDraft } from './builders.js';
import { frameOfResult } from './result-frame.js';

/** How user code reaches the protocol process. */
export interface Caller {
  readonly call: (method: 'study' | 'run', argument: unknown) => Promise<unknown>;
}

/** A released result in a notebook: the typed values and the ways to look at them. */
export class ResultHandle {
  readonly result: Result;
  constructor(result: Result) {
    this.result = result;
  }
  /** Typed numbers of the analysis. */
  get values(): Result['values'] {
    return this.result.values;
  }
  /** Sentences in English. */
  get sentences(): readonly string[] {
    return this.result.sentences.en;
  }
  /** The main numbers as a danfo.js frame. */
  frame(): Promise<unknown> {
    return frameOfResult(this.result);
  }
  [Symbol.for('Jupyter.display')](): Record<string, unknown> {
    return {
      'application/vnd.wardbook.result.v1+json': this.result,
      'text/plain': this.result.sentences.en.join('\n')
    };
  }
}

/**
 * A study to ask in plain cells: `s.run(s.kaplanMeier({ … }))`.
 *
 * @throws STUDY_UNKNOWN, KERNEL_NO_GATEWAY, COORDINATOR_UNREACHABLE
 */
export async function studyHandle(caller: Caller, id: string): Promise<Record<string, unknown>> {
  const view = await caller.call('study', id);
  return {
    ...builders,
    id,
    view,
    run: async (plan: PlanDraft) =>
      new ResultHandle((await caller.call('run', { study: id, plan })) as Result)
  };
}
