import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One demo user as the ready line names it. */
export interface DemoUser {
  readonly name: string;
  readonly displayName: string;
  readonly role: string;
  readonly url: string;
  readonly token: string;
}

/** The ready line of `wardbook federation --json`. */
export interface Ready {
  readonly event: 'ready';
  readonly url: string | null;
  readonly coordinator: { readonly url: string };
  readonly hospitals: readonly string[];
  readonly users: readonly DemoUser[];
  readonly home: string;
}

/** What to start. */
export interface FederationProcessOptions {
  /** Folder with `federation.json`. */
  readonly folder: string;
  readonly home: string;
  readonly lab: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Path of another Node than this one, for all processes. */
  readonly node?: string;
}

const CLI = fileURLToPath(new URL('../../server/cli/dist/main.js', import.meta.url));
const START_LIMIT_MS = 60_000;

/**
 * A whole federation in real processes, started by `wardbook federation`; ended by its async dispose.
 * `pid(name)` is the process id of `coordinator`, `hospital:<id>` or `lab` as last started.
 */
export class FederationProcess {
  readonly #child: ChildProcess;
  readonly #pids = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  #ready: Ready | null = null;
  /** Lines of standard error: the logs of all processes. */
  readonly log: string[] = [];
  /** Lines of standard output. */
  readonly lines: string[] = [];

  private constructor(options: FederationProcessOptions) {
    const flags = [
      '--home',
      options.home,
      '--json',
      '--no-open',
      ...(options.lab ? [] : ['--no-lab'])
    ];
    this.#child = spawn(
      options.node ?? process.execPath,
      [CLI, 'federation', options.folder, ...flags],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...options.env }
      }
    );
    const { stdout, stderr } = this.#child;
    if (stdout) createInterface({ input: stdout }).on('line', line => this.#read(line));
    if (stderr) createInterface({ input: stderr }).on('line', line => this.log.push(line));
    this.#child.on('exit', () => this.#wake());
  }

  /** Starts a federation and waits for its ready line. */
  static async start(options: FederationProcessOptions): Promise<FederationProcess> {
    const federation = new FederationProcess(options);
    const signal = AbortSignal.timeout(START_LIMIT_MS);
    try {
      await federation.until(() => federation.#ready !== null, signal);
    } catch (error) {
      await federation[Symbol.asyncDispose]();
      throw new Error(`federation did not start:\n${federation.log.slice(-40).join('\n')}`, {
        cause: error
      });
    }
    return federation;
  }

  /** The ready line. */
  get ready(): Ready {
    if (this.#ready === null) throw new Error('not ready');
    return this.#ready;
  }

  /** Process id by name. */
  pid(name: string): number {
    const pid = this.#pids.get(name);
    if (pid === undefined)
      throw new Error(`no process ${name}: ${[...this.#pids.keys()].join(', ')}`);
    return pid;
  }

  /** Ends a process with SIGKILL and waits until the federation has started it again. */
  async killAndAwaitRestart(name: string): Promise<void> {
    const old = this.pid(name);
    process.kill(old, 'SIGKILL');
    await this.until(() => this.#pids.get(name) !== old, AbortSignal.timeout(START_LIMIT_MS));
  }

  /** Waits for a condition that a line of the federation makes true. */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    while (!condition()) {
      if (this.#child.exitCode !== null) throw new Error(`ended with ${this.#child.exitCode}`);
      await new Promise<void>((resolve, reject) => {
        const wake = () => {
          this.#waiting.delete(wake);
          signal.removeEventListener('abort', abort);
          resolve();
        };
        const abort = () => {
          this.#waiting.delete(wake);
          reject(new Error('timed out'));
        };
        this.#waiting.add(wake);
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted) abort();
      });
    }
  }

  #read(line: string): void {
    this.lines.push(line);
    const event: unknown = JSON.parse(line);
    if (typeof event !== 'object' || event === null || !('event' in event)) return;
    if (event.event === 'ready') this.#ready = event as Ready;
    if (event.event === 'process' && 'name' in event && 'pid' in event)
      this.#pids.set(String(event.name), Number(event.pid));
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Ends the supervisor itself with SIGKILL. */
  async kill(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** Ends all processes. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}
