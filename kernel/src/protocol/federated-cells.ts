import { randomUUID } from 'node:crypto';
import { previewPlan } from '@wardbook/analyses';
import { previewRules } from '@wardbook/guard';
import { pooledLimits, type RunView, type StudyView } from '@wardbook/protocol';
import { Gateway, productError } from '../federation/gateway.js';
import { federatedCell, pureExpression, type FederatedCell } from '../federation/magic.js';
import { completePlan } from '../federation/plans.js';
import { progressBundle, resultBundle } from '../federation/show.js';
import { prepareCell } from '../transform/cell.js';
import { CellNames } from '../transform/names.js';
import type { CellError, FromUser, ToUser } from '../user/messages.js';
import type { MimeBundle } from '../user/mime.js';
import { textOf } from '../wire/text.js';
import { UserFault } from './cell-errors.js';
import type { Comm } from './comms.js';
import type { Outputs } from './outputs.js';
import type { UserRuntime } from './user-runtime.js';

type Call = Extract<FromUser, { type: 'call' }>;
type Answer = Extract<ToUser, { type: 'answer' }>;

/** Runs of federated cells, the calls of `study(…)` and the preview; it alone speaks to the gateway. */
export class FederatedCells {
  readonly #gateway = new Gateway();
  readonly #outputs: Outputs;
  readonly #user: UserRuntime;

  constructor(outputs: Outputs, user: UserRuntime) {
    this.#outputs = outputs;
    this.#user = user;
  }

  /**
   * Runs a `%%federated` cell; its progress and results are displays of the cell.
   *
   * @param id msg_id of the cell's request
   * @param signal aborting cancels the run
   * @throws WardbookError of the federation, UserFault when the body is refused
   */
  async run(source: string, id: string, signal: AbortSignal): Promise<void> {
    const cell = federatedCell(source);
    if (cell === null) return;
    const study = await this.#gateway.study(cell.study);
    const drafts = await this.#draftsOf(cell);
    const results: Record<string, unknown> = {};
    for (const [name, draft] of Object.entries(drafts)) {
      const view = await this.#runPlan(completePlan(draft, study), { study, id, signal });
      results[name] = view.result;
    }
    if (cell.name === null) return;
    const names = Object.keys(results);
    const single = names.length === 1 && names[0] === '';
    await this.#user.send({
      type: 'assign',
      name: cell.name,
      value: single ? results[''] : results
    });
  }

  /** A study with charter and dictionary, read once. @throws KERNEL_NO_GATEWAY, STUDY_UNKNOWN, COORDINATOR_UNREACHABLE */
  study(id: string): Promise<StudyView> {
    return this.#gateway.study(id);
  }

  /** Answers `study(…)` and `run(…)` of user code; an error travels back as code, message and mend. */
  async answer(call: Call, signal: AbortSignal): Promise<Answer> {
    try {
      const value =
        call.method === 'study'
          ? await this.#gateway.study(String(call.argument))
          : await this.#callRun(call, signal);
      return { type: 'answer', call: call.call, value };
    } catch (error) {
      const { code, message, mend } = productError(error).toWire();
      return { type: 'answer', call: call.call, error: { code, message, mend } };
    }
  }

  /** Serves `wardbook.federation`: previews of federated cells, evaluated without side effects. */
  serve(comm: Comm): void {
    comm.onMessage(async ({ data, parent }) => {
      comm.send(await this.#commAnswer(data), { parent });
    });
  }

  async #commAnswer(data: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    if (data['type'] !== 'preview') return { type: 'unknown' };
    const request = data['request'];
    try {
      const cell = federatedCell(textOf(data, 'source'));
      if (cell === null)
        return { type: 'preview-impossible', request, reason: 'not a federated cell' };
      return { type: 'preview', request, previews: await this.#previews(cell) };
    } catch (error) {
      const wire = productError(error).toWire();
      const reason = `${wire.message} ${wire.mend}`;
      return { type: 'preview-impossible', request, reason, error: wire };
    }
  }

  async #previews(cell: FederatedCell): Promise<unknown[]> {
    const study = await this.#gateway.study(cell.study);
    const drafts = await this.#draftsOf(cell);
    return Object.values(drafts).map(draft => {
      const plan = completePlan(draft, study);
      const policies = study.charter.hospitals
        .filter(({ id }) => plan.hospitals.includes(id))
        .map(({ policy }) => policy);
      const preview = previewPlan(plan, study);
      return { ...preview, rules: previewRules(plan, pooledLimits(policies)), problems: [] };
    });
  }

  /** Drafts by name; '' for a cell that ends in one plan. Evaluated with side effects forbidden. */
  async #draftsOf(cell: FederatedCell): Promise<Record<string, unknown>> {
    const { code } = prepareCell(pureExpression(cell.body), new CellNames());
    const answer = await this.#user.ask({ type: 'plan', name: 'federated.ts', code }, 5_000);
    const { plan, error } = (answer ?? {}) as { plan?: unknown; error?: CellError };
    if (error) throw new UserFault(error);
    if (typeof plan === 'object' && plan !== null && !('analysis' in plan)) return { ...plan };
    return { '': plan };
  }

  async #callRun(call: Call, signal: AbortSignal): Promise<unknown> {
    const { study: id, plan: draft } = call.argument as { study: string; plan: unknown };
    const study = await this.#gateway.study(id);
    const view = await this.#runPlan(completePlan(draft, study), { study, id: call.cell, signal });
    return view.result;
  }

  /** Runs a plan with its progress shown in the cell; the display ends as the result. */
  async #runPlan(
    plan: Parameters<Gateway['run']>[0],
    { study, id, signal }: { study: StudyView; id: string; signal: AbortSignal }
  ): Promise<RunView> {
    const transient = { display_id: randomUUID() };
    let type: 'display_data' | 'update_display_data' = 'display_data';
    const show = (bundle: MimeBundle) => {
      this.#outputs.under(id, type, { ...bundle, transient });
      type = 'update_display_data';
    };
    const view = await this.#gateway.run(
      plan,
      progress => void (progress.result === null && show(progressBundle(progress, study))),
      signal
    );
    if (view.result !== null) show(resultBundle(view.result));
    return view;
  }
}
