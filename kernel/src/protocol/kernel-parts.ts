import { Debugger } from '../debugger/debugger.js';
import { LANGUAGE_TARGET } from '../language/language-comm.js';
import { LanguageSession } from '../language/language-session.js';
import type { JupyterMessage } from '../wire/message.js';
import { processEnded } from './cell-errors.js';
import { CellRuns } from './cell-runs.js';
import { Comms } from './comms.js';
import { Executor } from './executor.js';
import type { FederatedCells } from './federated-cells.js';
import { History, historyPath } from './history.js';
import { Introspection } from './introspection.js';
import type { KernelStart } from './kernel.js';
import type { Outputs } from './outputs.js';
import { Requests } from './requests.js';
import type { KernelSockets, RequestChannel } from './sockets.js';
import { Stdin } from './stdin.js';
import { Subshells } from './subshells.js';
import { takeUserMessage } from './user-events.js';
import { UserRuntime } from './user-runtime.js';

/** What the parts are made around. */
export interface PartsSurroundings extends KernelStart {
  readonly sockets: KernelSockets;
  readonly outputs: Outputs;
  readonly shutdown: () => Promise<void>;
}

/** Everything of the kernel behind its sockets: requests, cells, comms, history, types. */
export class KernelParts {
  readonly #outputs: Outputs;
  readonly #user: UserRuntime;
  readonly #history = new History(historyPath(process.env));
  readonly #language: LanguageSession;
  readonly #comms: Comms;
  readonly #stdin: Stdin;
  readonly #runs: CellRuns;
  readonly #debug: Debugger;
  readonly #requests: Requests;
  #loading: Promise<FederatedCells> | null = null;

  constructor({ link, settings, sockets, outputs, shutdown }: PartsSurroundings) {
    this.#outputs = outputs;
    const user = new UserRuntime(link);
    this.#user = user;
    this.#stdin = new Stdin(sockets, message => void user.send(message));
    this.#comms = new Comms(sockets, outputs, user);
    this.#language = new LanguageSession({
      folder: process.cwd(),
      live: user,
      fetchStudy: async id => (await this.#federated()).study(id),
      environment: process.env
    });
    const language = this.#language;
    const introspection = new Introspection(language);
    this.#debug = new Debugger(user, (content, parent) =>
      sockets.publish('debug_event', content, parent?.headerJson ?? {})
    );
    const runs = new CellRuns({
      outputs,
      user,
      debug: this.#debug,
      language,
      federated: () => this.#federated(),
      describe: text => introspection.describe(text),
      ended: cell => this.#stdin.drop(cell),
      cellSeconds: settings.cellSeconds
    });
    this.#runs = runs;
    const history = this.#history;
    const executor = new Executor({ sockets, outputs, history, runs, language });
    const subshells = new Subshells(() => executor.queue());
    this.#requests = new Requests({
      ...{ sockets, outputs, subshells, runs, introspection, history, shutdown },
      comms: this.#comms,
      debug: this.#debug
    });
    this.#listen();
  }

  /** Takes a message of a client. */
  take(channel: RequestChannel, message: JupyterMessage): void {
    if (channel === 'stdin') this.#stdin.take(message);
    else this.#requests.take(channel, message);
  }

  /** Stops what runs; state is kept. */
  interrupt(): void {
    this.#runs.interrupt();
  }

  /** Says again that a cell runs, after another message was answered. */
  stillBusy(): void {
    this.#requests.stillBusy();
  }

  /** Ends what is not the process of user code. */
  async dispose(): Promise<void> {
    await Promise.all([this.#history.flush(), this.#language.dispose()]);
  }

  #listen(): void {
    const outputs = this.#outputs;
    const parts = {
      ...{ outputs, runs: this.#runs, stdin: this.#stdin, comms: this.#comms, user: this.#user },
      federated: () => this.#federated()
    };
    this.#user.listen({
      onMessage: message => takeUserMessage(message, parts),
      onRaw: (name, text) => outputs.under(this.#runs.latest, 'stream', { name, text }),
      onDeath: reason => {
        if (this.#runs.current === null) this.#tellEnd(reason);
        this.#debug.userEnded();
        this.#comms.userEnded();
        this.#runs.userEnded(reason);
        this.#language.userEnded();
      }
    });
    this.#comms.registerTarget(LANGUAGE_TARGET, comm => this.#language.serve(comm));
    this.#comms.registerTarget('wardbook.federation', async comm =>
      (await this.#federated()).serve(comm)
    );
  }

  /** No cell runs that could end in an error: the latest one tells that its names are gone. */
  #tellEnd(reason: string): void {
    const text = `${processEnded(reason).traceback.join('\n')}\n`;
    this.#outputs.under(this.#runs.latest, 'stream', { name: 'stderr', text });
  }

  #federated(): Promise<FederatedCells> {
    this.#loading ??= import('./federated-cells.js').then(
      module => new module.FederatedCells(this.#outputs, this.#user)
    );
    return this.#loading;
  }
}
