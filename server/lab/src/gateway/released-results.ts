import { resultBundle } from '@wardbook/kernel';
import {
  FINAL_STATES,
  WardbookError,
  canonicalJson,
  isErrorCode,
  type Result,
  type RunView
} from '@wardbook/protocol';
import { z } from 'zod';
import { errorOutput } from '../execution/execution.js';
import type { FederatedRequest } from '../execution/journal.js';
import type { Output } from '../rooms/nbformat.js';
import type { Upstream } from './upstream.js';

const HasRun = z.looseObject({ run: z.string().regex(/^[0-9a-f]{32}$/) });

/** What the coordinator released: asked there, never taken from a kernel or a page. */
export class ReleasedResults {
  readonly #upstream: Upstream;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /**
   * Whether this is, to the last digit, a result that the coordinator released.
   *
   * @throws COORDINATOR_UNREACHABLE when nobody can say
   */
  async isReleased(result: unknown): Promise<boolean> {
    const named = HasRun.safeParse(result);
    if (!named.success) return false;
    try {
      const view = await this.#upstream.view(named.data.run);
      return view.result !== null && canonicalJson(view.result) === canonicalJson(result);
    } catch (error) {
      if (error instanceof WardbookError && error.code === 'COORDINATOR_UNREACHABLE') throw error;
      return false;
    }
  }

  /** Follows a request that was sent (or was about to be) to the end of its run. */
  async outcome({
    plan,
    request
  }: FederatedRequest): Promise<{ output: Output; result: Result | null }> {
    let view: RunView;
    try {
      view = await this.#upstream.submit(plan, request);
      if (!FINAL_STATES.includes(view.state)) view = await this.#upstream.untilEnd(view.run);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      return { output: errorOutput(isErrorCode(code) ? code : 'LAB_RESTARTED'), result: null };
    }
    if (view.result !== null) {
      const { data, metadata } = resultBundle(view.result);
      return { output: { output_type: 'display_data', data, metadata }, result: view.result };
    }
    const code = view.error?.code ?? '';
    return {
      output: errorOutput(isErrorCode(code) ? code : 'LAB_RESTARTED', { ...view.error?.limits }),
      result: null
    };
  }
}
