import { randomUUID } from 'node:crypto';
import { previewPlan } from '@wardbook/analyses';
import { previewRules } from '@wardbook/guard';
import { pooledLimits, type RunView, type StudyView } from '@wardbook/protocol';
import { federatedCell, pureExpression, type FederatedCell } from '../federation/magic.js';
import { Gateway, productError } from '../federation/gateway.js';
import { completePlan } from '../federation/plans.js';
import { progressBundle, resultBundle } from '../federation/show.js';
import { prepareCell, type NameFamily } from '../transform/cell.js';
import type { CellError, FromUser } from '../user/messages.js';
import type { MimeBundle } from '../user/mime.js';
import type { JupyterMessage } from '../wire/message.js';
import { textOf } from '../wire/text.js';
import type { History } from './history.js';
import type { KernelSockets } from './sockets.js';
import { UserLink } from './user-link.js';

type Done = Extract<FromUser, { type: 'done' }>;

interface Outcome {
  readonly result: MimeBundle | null;
  readonly error: CellError | null;
  readonly expressions: Readonly<Record<string, unknown>>;
}

const REPLY_MS = 1_000;

/** Runs cells one after the other; every output of a cell leaves before its `idle`. */
export class Executor {
  readonly #sockets: KernelSockets;
  readonly #history: History;
  readonly #gateway = new Gateway();
  readonly #families = new Map<string, NameFamily>();
  readonly #parents = new Map<string, JupyterMessage>();
  readonly #queue: JupyterMessage[] = [];
  readonly #waiting = new Map<string, (message: { value?: unknown }) => void>();
  readonly #user: UserLink;
  #running: {
    readonly id: string;
    readonly message: JupyterMessage;
    readonly abort: AbortController;
    readonly finish: (done: Outcome) => void;
  } | null = null;
  #count = 0;
  #input: ((value: string) => void) | null = null;

  constructor(sockets: KernelSockets, history: History) {
    this.#sockets = sockets;
    this.#history = history;
    this.#user = new UserLink({
      onMessage: message => void this.#onUser(message),
      onRaw: (name, text) => void this.#stream(this.#running?.message, name, text),
      onDeath: reason => this.#onDeath(reason)
    });
  }

  /** Adds a cell to the queue. */
  enqueue(message: JupyterMessage): void {
    this.#queue.push(message);
    if (this.#queue.length === 1 && this.#running === null) void this.#work();
  }

  /** Stops the running cell; a federated run is cancelled. */
  interrupt(): void {
    const running = this.#running;
    if (running === null) return;
    running.abort.abort();
    this.#user.interrupt(running.id);
  }

  /** Ends the user process. */
  stop(): void {
    this.#user.stop();
  }

  /** Takes the answer to an input request. */
  input(message: JupyterMessage): void {
    this.#input?.(textOf(message.content, 'value'));
    this.#input = null;
  }

  /** Names after a member expression; all names for ''. Empty while user code is busy. */
  async members(expression: string): Promise<string[]> {
    const names = await this.#ask({ type: 'complete', expression });
    return Array.isArray(names) ? names.map(String) : [];
  }

  /** Text of a value; null when there is none. */
  async describe(expression: string): Promise<string | null> {
    const text = await this.#ask({ type: 'inspect', expression });
    return typeof text === 'string' ? text : null;
  }

  /** Opens the federation comm; any other target is closed at once. */
  async openComm(message: JupyterMessage, comms: Map<string, string>): Promise<void> {
    const id = String(message.content['comm_id']);
    const target = String(message.content['target_name']);
    if (target === 'wardbook.federation') comms.set(id, target);
    else await this.#sockets.publish('comm_close', { comm_id: id, data: {} }, message.header);
  }

  /** Answers a message on the federation comm. */
  async commMessage(message: JupyterMessage, comms: Map<string, string>): Promise<void> {
    const id = String(message.content['comm_id']);
    if (!comms.has(id)) return;
    const data = await this.#commAnswer(
      message.content['data'] as Record<string, unknown> | undefined
    );
    await this.#sockets.publish('comm_msg', { comm_id: id, data }, message.header);
  }

  async #commAnswer(data: Record<string, unknown> | undefined): Promise<Record<string, unknown>> {
    if (data?.['type'] !== 'preview') return { type: 'unknown' };
    const request = data['request'];
    try {
      const cell = federatedCell(textOf(data, 'source'));
      if (cell === null)
        return { type: 'preview-impossible', request, reason: 'not a federated cell' };
      const study = await this.#gateway.study(cell.study);
      const drafts = await this.#draftsOf(cell);
      const previews = Object.values(drafts).map(draft => {
        const plan = completePlan(draft, study);
        const policies = study.charter.hospitals
          .filter(({ id }) => plan.hospitals.includes(id))
          .map(({ policy }) => policy);
        const preview = previewPlan(plan, study);
        return { ...preview, rules: previewRules(plan, pooledLimits(policies)), problems: [] };
      });
      return { type: 'preview', request, previews };
    } catch (error) {
      const wire = productError(error).toWire();
      return {
        type: 'preview-impossible',
        request,
        reason: `${wire.message} ${wire.mend}`,
        error: wire
      };
    }
  }

  async #work(): Promise<void> {
    for (let message = this.#queue[0]; message !== undefined; message = this.#queue[0]) {
      const failed = await this.#execute(message);
      this.#queue.shift();
      if (failed && message.content['stop_on_error'] !== false) await this.#abortQueue();
    }
  }

  async #abortQueue(): Promise<void> {
    // What the client sent before it knew of the error, no more.
    await new Promise(resolve => setTimeout(resolve, 10));
    for (const message of this.#queue.splice(0)) {
      await this.#status('busy', message);
      await this.#sockets.reply(
        'shell',
        'execute_reply',
        { status: 'aborted', execution_count: this.#count },
        message
      );
      await this.#status('idle', message);
    }
  }

  async #execute(message: JupyterMessage): Promise<boolean> {
    const { content } = message;
    const source = textOf(content, 'code');
    const silent = content['silent'] === true;
    const counted = !silent && content['store_history'] !== false;
    await this.#status('busy', message);
    if (counted) {
      this.#count += 1;
      this.#history.add(this.#count, source);
    }
    const count = this.#count;
    if (!silent)
      await this.#sockets.publish(
        'execute_input',
        { code: source, execution_count: count },
        message.header
      );
    const outcome = await this.#run(message, source, count);
    if (outcome.error !== null && !silent)
      await this.#sockets.publish('error', outcome.error, message.header);
    else if (outcome.result !== null && !silent)
      await this.#sockets.publish(
        'execute_result',
        { execution_count: count, ...outcome.result },
        message.header
      );
    const reply =
      outcome.error === null
        ? { status: 'ok', user_expressions: outcome.expressions, payload: [] }
        : { status: 'error', ...outcome.error, user_expressions: {} };
    await this.#sockets.reply(
      'shell',
      'execute_reply',
      { ...reply, execution_count: count },
      message
    );
    await this.#status('idle', message);
    return outcome.error !== null;
  }

  async #run(message: JupyterMessage, source: string, count: number): Promise<Outcome> {
    const id = message.header.msg_id;
    this.#parents.set(id, message);
    const abort = new AbortController();
    let finish: (done: Outcome) => void = () => undefined;
    const finished = new Promise<Outcome>(resolve => {
      finish = resolve;
    });
    this.#running = { id, message, abort, finish };
    try {
      const cell = federatedCell(source);
      if (cell !== null)
        return await Promise.race([this.#federated(cell, message, abort.signal), finished]);
      const prepared = prepareCell(source, this.#families);
      const expressions = (message.content['user_expressions'] ?? {}) as Record<string, string>;
      await this.#user.send({
        type: 'evaluate',
        id,
        name: `cell-${count}.ts`,
        ...prepared,
        expressions
      });
      return await finished;
    } catch (error) {
      return { result: null, error: errorOf(error), expressions: {} };
    } finally {
      this.#running = null;
    }
  }

  async #federated(
    cell: FederatedCell,
    message: JupyterMessage,
    signal: AbortSignal
  ): Promise<Outcome> {
    const study = await this.#gateway.study(cell.study);
    const drafts = await this.#draftsOf(cell);
    const results: Record<string, unknown> = {};
    for (const [name, draft] of Object.entries(drafts)) {
      const plan = completePlan(draft, study);
      const view = await this.#runPlan(plan, study, message, signal);
      results[name] = view.result;
    }
    const names = Object.keys(results);
    const single = names.length === 1 && names[0] === '';
    if (cell.name !== null)
      await this.#user.send({
        type: 'assign',
        name: cell.name,
        value: single ? results[''] : results
      });
    return { result: null, error: null, expressions: {} };
  }

  /** Drafts by name; '' for a cell that ends in one plan. Evaluated with side effects forbidden. */
  async #draftsOf(cell: FederatedCell): Promise<Record<string, unknown>> {
    const { code } = prepareCell(pureExpression(cell.body), new Map());
    const answer = await this.#ask({ type: 'plan', name: 'federated.ts', code }, 5_000);
    const { plan, error } = (answer ?? {}) as { plan?: unknown; error?: CellError };
    if (error) throw new UserFault(error);
    if (typeof plan === 'object' && plan !== null && !('analysis' in plan)) return { ...plan };
    return { '': plan };
  }

  /** Runs a plan with its progress shown in the cell; the display ends as the result. */
  async #runPlan(
    plan: Parameters<Gateway['run']>[0],
    study: StudyView,
    message: JupyterMessage,
    signal: AbortSignal
  ): Promise<RunView> {
    const displayId = randomUUID();
    let shown = false;
    const show = (bundle: MimeBundle) => {
      const type = shown ? 'update_display_data' : 'display_data';
      shown = true;
      return this.#sockets.publish(
        type,
        { ...bundle, transient: { display_id: displayId } },
        message.header
      );
    };
    const view = await this.#gateway.run(
      plan,
      progress => void (progress.result === null && show(progressBundle(progress, study))),
      signal
    );
    if (view.result !== null) await show(resultBundle(view.result));
    return view;
  }

  async #onUser(message: FromUser): Promise<void> {
    switch (message.type) {
      case 'ready':
        return;
      case 'stream':
        return this.#stream(this.#parents.get(message.cell), message.name, message.text);
      case 'display':
        return this.#sockets.publish(
          message.update ? 'update_display_data' : 'display_data',
          {
            ...message.bundle,
            transient: message.displayId === null ? {} : { display_id: message.displayId }
          },
          this.#parents.get(message.cell)?.header ?? {}
        );
      case 'clear':
        return this.#sockets.publish(
          'clear_output',
          { wait: message.wait },
          this.#parents.get(message.cell)?.header ?? {}
        );
      case 'done':
        return this.#finish(message);
      case 'reply': {
        this.#waiting.get(message.id)?.({ value: message.value });
        this.#waiting.delete(message.id);
        return;
      }
      case 'prompt':
        return this.#prompt(message);
      case 'call':
        return this.#call(message);
      case 'comm-open':
      case 'comm-msg':
      case 'comm-close':
        return this.#sockets.publish(
          message.type.replace('-', '_'),
          {
            comm_id: message.commId,
            data: message.data,
            ...(message.type === 'comm-open' ? { target_name: message.target } : {})
          },
          this.#parents.get(message.cell)?.header ?? {},
          message.metadata
        );
    }
  }

  async #finish(message: Done): Promise<void> {
    await this.#user.outputOf(message.id);
    if (this.#running?.id === message.id) this.#running.finish(message);
  }

  async #prompt(message: Extract<FromUser, { type: 'prompt' }>): Promise<void> {
    const parent = this.#parents.get(message.cell);
    if (parent?.content['allow_stdin'] !== true) {
      const error = {
        code: 'StdinNotAllowed',
        message: 'This client does not take input.',
        mend: 'Run the cell in a client that can ask.'
      };
      return this.#user.send({ type: 'answer', call: message.request, error });
    }
    this.#input = value => void this.#user.send({ type: 'input', request: message.request, value });
    return this.#sockets.reply(
      'stdin',
      'input_request',
      { prompt: message.text, password: message.password },
      parent
    );
  }

  async #call(message: Extract<FromUser, { type: 'call' }>): Promise<void> {
    const parent = this.#parents.get(message.cell);
    try {
      const value =
        message.method === 'study'
          ? await this.#gateway.study(String(message.argument))
          : await this.#callRun(message.argument, parent);
      await this.#user.send({ type: 'answer', call: message.call, value });
    } catch (error) {
      const { code, message: text, mend } = productError(error).toWire();
      await this.#user.send({
        type: 'answer',
        call: message.call,
        error: { code, message: text, mend }
      });
    }
  }

  async #callRun(argument: unknown, parent: JupyterMessage | undefined): Promise<unknown> {
    const { study: id, plan: draft } = argument as { study: string; plan: unknown };
    const study = await this.#gateway.study(id);
    const plan = completePlan(draft, study);
    const signal = this.#running?.abort.signal ?? new AbortController().signal;
    if (parent === undefined)
      return (await this.#gateway.run(plan, () => undefined, signal)).result;
    return (await this.#runPlan(plan, study, parent, signal)).result;
  }

  #onDeath(reason: string): void {
    this.#families.clear();
    const error = {
      ename: 'UserProcessEnded',
      evalue: `The process that runs your code ended (${reason}); its variables are gone.`,
      traceback: [
        `The process that runs your code ended (${reason}); its variables are gone.`,
        'Run the cells again; look for process.exit or too large arrays.'
      ]
    };
    for (const waiter of this.#waiting.values()) waiter({});
    this.#waiting.clear();
    this.#running?.finish({ result: null, error, expressions: {} });
  }

  async #ask(
    request:
      | { type: 'complete' | 'inspect'; expression: string }
      | { type: 'plan'; name: string; code: string },
    limitMs = REPLY_MS
  ): Promise<unknown> {
    const id = randomUUID();
    return new Promise(resolve => {
      const limit = setTimeout(() => {
        this.#waiting.delete(id);
        resolve(null);
      }, limitMs);
      this.#waiting.set(id, ({ value }) => {
        clearTimeout(limit);
        resolve(value);
      });
      void this.#user.send({ ...request, id });
    });
  }

  async #stream(parent: JupyterMessage | undefined, name: string, text: string): Promise<void> {
    await this.#sockets.publish('stream', { name, text }, parent?.header ?? {});
  }

  async #status(state: 'busy' | 'idle', message: JupyterMessage): Promise<void> {
    await this.#sockets.publish('status', { execution_state: state }, message.header);
  }
}

/** A fault of user code inside a federated cell. */
class UserFault extends Error {
  readonly shown: CellError;
  constructor(shown: CellError) {
    super(shown.evalue);
    this.shown = shown;
  }
}

function errorOf(error: unknown): CellError {
  if (error instanceof UserFault)
    return {
      ...error.shown,
      traceback: [...error.shown.traceback, 'Nothing was sent to any hospital.']
    };
  if (error instanceof SyntaxError)
    return {
      ename: 'SyntaxError',
      evalue: error.message,
      traceback: [`SyntaxError: ${error.message}`]
    };
  const { code, message, mend, limits } = productError(error).toWire();
  const facts = Object.entries(limits).map(([name, value]) => `${name}: ${String(value)}`);
  return { ename: code, evalue: message, traceback: [`${code}: ${message}`, mend, ...facts] };
}
