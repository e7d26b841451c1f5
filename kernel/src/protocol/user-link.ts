import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Writable } from 'node:stream';
import type { FromUser, ToUser } from '../user/messages.js';

/** What the user process tells. */
export interface UserEvents {
  readonly onMessage: (message: FromUser) => void;
  /** Text of child processes and native code, outside of `console`. */
  readonly onRaw: (name: 'stdout' | 'stderr', text: string) => void;
  /** It ended although nobody asked for it. */
  readonly onDeath: (reason: string) => void;
}

const SCRIPT = fileURLToPath(new URL('../user/user-process.js', import.meta.url));
// Without it node 20 aborts when an interrupt stops a timer callback.
const FLAGS = ['--no-force-async-hooks-checks', '--experimental-vm-modules', '--no-warnings'];

// What user-process.ts writes at the end of a cell: an id between two zero characters.
const MARK = new RegExp('\\0([^\\0]*)\\0');

/** The child that runs user code: started detached, messages on a channel of their own. */
export class UserLink {
  readonly #events: UserEvents;
  #child: ChildProcess;
  #ready: Promise<void>;
  #stopping = false;
  readonly #marks = { stdout: new Set<string>(), stderr: new Set<string>() };
  #marked: (() => void) | null = null;

  constructor(events: UserEvents) {
    this.#events = events;
    const started = this.#start();
    this.#child = started.child;
    this.#ready = started.ready;
  }

  /** Resolves when user code can run. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Sends a message once the process is ready. */
  async send(message: ToUser): Promise<void> {
    await this.#ready;
    if (this.#child.connected) this.#child.send(message);
  }

  /** Stops what runs, in loops and at awaits; state is kept. */
  interrupt(id: string): void {
    const pipe = this.#child.stdio[4] as Writable | null | undefined;
    pipe?.write(`${id}\n`);
    if (this.#child.connected) this.#child.send({ type: 'interrupt', id } satisfies ToUser);
  }

  /** Waits until everything a cell wrote to the raw pipes has arrived. */
  async outputOf(id: string, limitMs = 2_000): Promise<void> {
    const arrived = () => this.#marks.stdout.has(id) && this.#marks.stderr.has(id);
    if (!arrived())
      await new Promise<void>(resolve => {
        const limit = setTimeout(resolve, limitMs);
        this.#marked = () => {
          if (!arrived()) return;
          clearTimeout(limit);
          resolve();
        };
      });
    this.#marks.stdout.delete(id);
    this.#marks.stderr.delete(id);
  }

  /** Ends the process. */
  stop(): void {
    this.#stopping = true;
    this.#child.kill('SIGKILL');
  }

  #start(): { child: ChildProcess; ready: Promise<void> } {
    const environment = { ...process.env };
    // Tokens of the gateway stay in the protocol process.
    for (const name of Object.keys(environment))
      if (name.startsWith('WARDBOOK_')) Reflect.deleteProperty(environment, name);
    const child = spawn(process.execPath, [...FLAGS, SCRIPT], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
      detached: true,
      serialization: 'advanced',
      env: environment
    });
    this.#readRaw(child, 'stdout');
    this.#readRaw(child, 'stderr');
    const ready = new Promise<void>(resolve => {
      child.on('message', (message: FromUser) => {
        if (message.type === 'ready') resolve();
        else this.#events.onMessage(message);
      });
    });
    child.on('exit', (code, signal) => {
      if (this.#stopping) return;
      const next = this.#start();
      this.#child = next.child;
      this.#ready = next.ready;
      this.#events.onDeath(signal ?? `exit code ${code ?? 'unknown'}`);
    });
    return { child, ready };
  }

  #readRaw(child: ChildProcess, name: 'stdout' | 'stderr'): void {
    let rest = '';
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      const text = rest + chunk;
      const pieces = text.split(MARK);
      rest = '';
      pieces.forEach((piece, index) => {
        if (index % 2 === 1) {
          this.#marks[name].add(piece);
          this.#marked?.();
        } else if (piece.includes('\u0000')) rest = piece;
        else if (piece !== '') this.#events.onRaw(name, piece);
      });
    });
  }
}
