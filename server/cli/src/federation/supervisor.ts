import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** One process of a federation. */
export interface Service {
  /** Name in messages: `coordinator`, `hospital:<id>`, `lab`. */
  readonly name: string;
  /** Script and its arguments, run by this Node. */
  readonly script: string;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What a supervisor reports. */
export interface SupervisorEvents {
  /** A process started (again). */
  readonly onProcess: (name: string, pid: number) => void;
  /** A JSON line of a service's standard output. */
  readonly onLine: (name: string, line: Readonly<Record<string, unknown>>) => void;
  /** A line of a service's standard error. */
  readonly onLog: (name: string, line: string) => void;
}

const RESTART_FIRST_MS = 100;
const RESTART_LONGEST_MS = 5_000;
const HEALTHY_MS = 10_000;
const STOP_LIMIT_MS = 5_000;

/** Starts services, starts them again when they die, ends them on dispose. */
export class Supervisor {
  readonly #events: SupervisorEvents;
  readonly #children = new Map<string, ChildProcess>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopping = false;

  constructor(events: SupervisorEvents) {
    this.#events = events;
  }

  /**
   * Starts a service and waits for its first `ready` line.
   *
   * @param limitMs longest wait
   * @throws Error when the service ends or stays silent
   */
  async start(service: Service, limitMs = 60_000): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`${service.name} did not become ready`)),
        limitMs
      );
      this.#spawn(service, RESTART_FIRST_MS, line => {
        if (line['event'] !== 'ready') return;
        clearTimeout(limit);
        resolve(line);
      });
    });
  }

  #spawn(
    service: Service,
    backoffMs: number,
    onLine?: (line: Readonly<Record<string, unknown>>) => void
  ): void {
    const startedAt = Date.now();
    const child = spawn(process.execPath, [service.script, ...service.arguments], {
      // Standard input stays open as long as this process lives: services end when it closes.
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: what a killed service leaves behind (a lab its kernels) can be ended with it.
      detached: true,
      env: { ...process.env, ...service.env, WARDBOOK_SUPERVISED: '1' }
    });
    this.#children.set(service.name, child);
    if (child.pid !== undefined) this.#events.onProcess(service.name, child.pid);
    createInterface({ input: child.stdout }).on('line', text => {
      const line = asRecord(text);
      if (line === null) return this.#events.onLog(service.name, text);
      onLine?.(line);
      this.#events.onLine(service.name, line);
    });
    createInterface({ input: child.stderr }).on('line', text =>
      this.#events.onLog(service.name, text)
    );
    child.on('exit', (code, signal) => {
      endGroup(child);
      if (this.#stopping) return;
      this.#events.onLog(service.name, `ended (${signal ?? code ?? 'unknown'}), starting again`);
      const healthy = Date.now() - startedAt > HEALTHY_MS;
      const wait = healthy ? RESTART_FIRST_MS : Math.min(backoffMs * 2, RESTART_LONGEST_MS);
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        if (!this.#stopping) this.#spawn(service, wait, onLine);
      }, wait);
      this.#timers.add(timer);
    });
  }

  /** Ends all services: SIGTERM, then SIGKILL after five seconds. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all([...this.#children.values()].map(stop));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(force);
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

function asRecord(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
