import { LANGUAGE_TARGET } from '../language/language-comm.js';
import { LanguageSession } from '../language/language-session.js';
import { CellRuns } from './cell-runs.js';
import { Comms } from './comms.js';
import type { ConnectionFile } from './connection-file.js';
import { Executor } from './executor.js';
import type { FederatedCells } from './federated-cells.js';
import { History, historyPath } from './history.js';
import { Introspection } from './introspection.js';
import { Outputs } from './outputs.js';
import { Requests } from './requests.js';
import { KernelSockets } from './sockets.js';
import { Stdin } from './stdin.js';
import { Subshells } from './subshells.js';
import { userSettings } from './user-environment.js';
import { takeUserMessage, type UserEventParts } from './user-events.js';
import { UserRuntime } from './user-runtime.js';

/** The protocol process: sockets, queues, history. It never runs user code. */
export class Kernel {
  readonly #sockets: KernelSockets;
  readonly #outputs: Outputs;
  readonly #user: UserRuntime;
  readonly #language: LanguageSession;
  readonly #comms: Comms;
  readonly #stdin: Stdin;
  readonly #runs: CellRuns;
  readonly #requests: Requests;
  readonly #history = new History(historyPath(process.env));
  #loading: Promise<FederatedCells> | null = null;
  #resolveEnded: () => void = () => undefined;
  /** Resolves when the kernel was shut down. */
  readonly ended = new Promise<void>(resolve => {
    this.#resolveEnded = resolve;
  });

  /** Starts the process of user code. @throws RangeError for a limit that cannot be read */
  constructor(file: ConnectionFile) {
    const settings = userSettings(process.env);
    this.#user = new UserRuntime(settings, {
      onMessage: message => takeUserMessage(message, this.#userParts()),
      onRaw: (name, text) => this.#outputs.under(this.#runs.latest, 'stream', { name, text }),
      onDeath: reason => this.#userEnded(reason)
    });
    this.#sockets = new KernelSockets(file);
    this.#outputs = new Outputs(this.#sockets);
    this.#stdin = new Stdin(this.#sockets, message => void this.#user.send(message));
    this.#comms = new Comms(this.#sockets, this.#outputs, this.#user);
    this.#language = new LanguageSession({
      folder: process.cwd(),
      live: this.#user,
      fetchStudy: async id => (await this.#federated()).study(id),
      environment: process.env
    });
    const introspection = new Introspection(this.#language);
    this.#runs = new CellRuns({
      outputs: this.#outputs,
      user: this.#user,
      language: this.#language,
      federated: () => this.#federated(),
      describe: text => introspection.describe(text),
      ended: cell => this.#stdin.drop(cell),
      cellSeconds: settings.cellSeconds
    });
    this.#requests = this.#makeRequests(introspection);
    this.#comms.registerTarget(LANGUAGE_TARGET, comm => this.#language.serve(comm));
    this.#comms.registerTarget('wardbook.federation', async comm =>
      (await this.#federated()).serve(comm)
    );
  }

  /** Binds the sockets. @throws when an address is taken */
  async start(): Promise<void> {
    await this.#sockets.bind({
      shell: message => this.#requests.take('shell', message),
      control: message => this.#requests.take('control', message),
      stdin: message => this.#stdin.take(message)
    });
    this.#sockets.publish('status', { execution_state: 'starting' }, {});
  }

  /** Stops what runs; state is kept. */
  interrupt(): void {
    this.#runs.interrupt();
  }

  /** Ends user process and sockets. */
  async shutdown(): Promise<void> {
    this.#user.stop();
    this.#sockets.close();
    await Promise.all([this.#history.flush(), this.#language.dispose()]);
    this.#resolveEnded();
  }

  #makeRequests(introspection: Introspection): Requests {
    const history = this.#history;
    const executor = new Executor({
      sockets: this.#sockets,
      outputs: this.#outputs,
      history,
      runs: this.#runs,
      language: this.#language
    });
    return new Requests({
      sockets: this.#sockets,
      outputs: this.#outputs,
      subshells: new Subshells(() => executor.queue()),
      runs: this.#runs,
      comms: this.#comms,
      introspection,
      history,
      debug: null,
      shutdown: () => this.shutdown()
    });
  }

  #userParts(): UserEventParts {
    return {
      outputs: this.#outputs,
      runs: this.#runs,
      stdin: this.#stdin,
      comms: this.#comms,
      user: this.#user,
      federated: () => this.#federated()
    };
  }

  #userEnded(reason: string): void {
    this.#comms.userEnded();
    this.#runs.userEnded(reason);
    this.#language.userEnded();
  }

  #federated(): Promise<FederatedCells> {
    this.#loading ??= import('./federated-cells.js').then(
      module => new module.FederatedCells(this.#outputs, this.#user)
    );
    return this.#loading;
  }
}
