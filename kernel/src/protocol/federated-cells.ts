import { randomUUID } from 'node:crypto';
import { WardbookError, type Preview, type RunView, type StudyView } from '@wardbook/protocol';
import { Gateway, productError } from '../federation/gateway.js';
import { federatedCell, pureExpression, type FederatedCell } from '../federation/magic.js';
import { completePlan } from '../federation/plans.js';
import { previewDraft } from '../federation/preview.js';
import { progressBundle, resultBundle } from '../federation/show.js';
import { prepareCell } from '../transform/cell.js';
import { CellNames } from '../transform/names.js';
import type { CellError, FromUser, ToUser } from '../user/messages.js';
import type { MimeBundle } from '../user/mime.js';
import { textOf } from '../wire/text.js';
import { shownError, UserFault } from './cell-errors.js';
import type { Comm } from './comms.js';
import type { Outputs } from './outputs.js';
import type { UserRuntime } from './user-runtime.js';

type Call = Extract<FromUser, { type: 'call' }>;
type Answer = Extract<ToUser, { type: 'answer' }>;

/** User code that computes for longer does not answer. */
const ANSWER_MS = 5_000;

/** A federated cell that runs. */
export interface FederatedRun {
  /** msg_id of the cell's request. */
  readonly id: string;
  /** Name of the cell in stacks. */
  readonly name: string;
  /** Aborting cancels the run. */
  readonly signal: AbortSignal;
}

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
   * @throws WardbookError of the federation, SyntaxError, UserFault when the body is refused
   */
  async run(source: string, { id, name, signal }: FederatedRun): Promise<void> {
    const cell = federatedCell(source);
    if (cell === null) return;
    const study = await this.#gateway.study(cell.study);
    const drafts = await this.#draftsOf(cell, name);
    const results: Record<string, unknown> = {};
    for (const [key, draft] of Object.entries(drafts)) {
      const view = await this.#runPlan(completePlan(draft, study), { study, id, signal });
      results[key] = view.result;
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
      if (!(error instanceof WardbookError)) {
        const { ename, evalue } = shownError(error);
        return { type: 'preview-impossible', request, reason: `${ename}: ${evalue}` };
      }
      const wire = error.toWire();
      const reason = `${wire.message} ${wire.mend}`;
      return { type: 'preview-impossible', request, reason, error: wire };
    }
  }

  async #previews(cell: FederatedCell): Promise<Preview[]> {
    const study = await this.#gateway.study(cell.study);
    const drafts = await this.#draftsOf(cell, 'federated.ts');
    return Object.values(drafts).map(draft => previewDraft(draft, study));
  }

  /** Drafts by name; '' for a cell that ends in one plan. Evaluated with side effects forbidden. */
  async #draftsOf(cell: FederatedCell, name: string): Promise<Record<string, unknown>> {
    const pure = pureExpression(cell, name);
    const { code, maps } = prepareCell(pure.code, new CellNames(), name);
    const written = { source: cell.source, maps: [...maps, pure.map] };
    const answer = await this.#user.ask({ type: 'plan', name, code, ...written }, ANSWER_MS);
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
