import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import type { ToUser } from '../user/messages.js';
import { DEBUG } from '../user/running-cells.js';
import { FrameReader } from '../wire/frames.js';
import { ownScript } from '../wire/own-scripts.js';
import { arrivalOf, BARRIERS, frameToUser, type UserArrival } from '../wire/user-frames.js';
import { drainPipe } from './drain.js';
import { HeldPipes } from './held-pipes.js';
import { watchMemory } from './memory-watch.js';
import { OutputOrder, type RawName } from './output-order.js';
import { userEnvironment, type UserSettings } from './user-environment.js';

/** What one life of the process tells. */
export interface ChildEvents {
  readonly onMessage: (message: UserArrival) => void;
  /** Text of child processes and native code, in order with the messages. */
  readonly onRaw: (name: RawName, text: string) => void;
  /** It is gone; its output may still arrive. */
  readonly onExit: () => void;
  /** It is gone and all its output has arrived. `reason` in words. */
  readonly onEnd: (reason: string) => void;
}

const SCRIPT = ownScript('user/user-process', import.meta.url);
// Without it node 20 aborts when an interrupt stops a timer callback.
const FLAGS = ['--no-force-async-hooks-checks', '--experimental-vm-modules', '--no-warnings'];
/** Descriptors of the pipes in the process: messages to it, interrupts, messages of it. */
const TO_USER = 3;
const INTERRUPTS = 4;
const CHANNEL = 5;
const DEBUGGER = 6;
/** What Node itself says at an end: the kernel's own inspector sessions are no debugger. */
const NODE_NOTICE = 'Waiting for the debugger to disconnect...\n';
/** Its own children may keep the pipes open: output is not waited for longer, ms. */
const DRAIN_MS = 150;
/** A cell that is interrupted in the middle of a write comes to its end in this time, ms. */
const INTERRUPT_MS = 3_000;

/** One life of the process that runs user code: detached, with a channel, an interrupt pipe and two raw pipes. */
export class UserChild {
  readonly #child: ChildProcess;
  readonly #events: ChildEvents;
  readonly #unwatch: () => void;
  readonly #held: HeldPipes;
  #isReady = false;
  #isStopping = false;
  /** Why it was killed, or what it said before it died. */
  #reason: string | null = null;
  #resolveReady: () => void = () => undefined;
  /** Resolves when user code can run; never when the process ends before. */
  readonly ready = new Promise<void>(resolve => {
    this.#resolveReady = resolve;
  });

  constructor(settings: UserSettings, events: ChildEvents) {
    this.#events = events;
    const { memoryMb, wrapper } = settings;
    const heap = memoryMb === null ? [] : [`--max-old-space-size=${Math.ceil(memoryMb)}`];
    const [command = process.execPath, ...words] = [
      ...wrapper,
      process.execPath,
      ...FLAGS,
      ...heap,
      SCRIPT
    ];
    this.#child = spawn(command, words, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
      env: userEnvironment(process.env)
    });
    const { stdout, stderr } = this.#child;
    const channel = this.#pipe(CHANNEL) as Readable | null | undefined;
    // The raw pipes go on first: what a message of the channel waits for is in them.
    this.#held = new HeldPipes([stdout, stderr, channel].flatMap(pipe => pipe ?? []));
    const read = this.#read(channel);
    this.#child.once('error', error => void this.#ended(error.message, read));
    this.#child.once('exit', (code, signal) => void this.#ended(causeOf(code, signal), read));
    this.#unwatch = watchMemory(this.#child.pid, memoryMb, () => {
      this.kill(`used more than ${String(memoryMb)} MB of memory`);
    });
  }

  /** Whether user code can run. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Sends a message; lost when the process has ended. */
  send(message: ToUser): void {
    this.#write(TO_USER, frameToUser(message));
  }

  /** Leaves unread what it writes, so that it waits, or reads it again. */
  hold(isHeld: boolean): void {
    this.#held.hold(isHeld);
  }

  /** Stops a cell, in a loop, at an await and in a write that is held; state is kept. */
  interrupt(id: string): void {
    this.#held.free(INTERRUPT_MS);
    this.#write(INTERRUPTS, `${id}\n`);
    this.send({ type: 'interrupt', id });
  }

  /** The pipe to V8's inspector of user code; it answers once user code can run. */
  debugPipe(): Duplex | null {
    this.#write(INTERRUPTS, `${DEBUG}\n`);
    return (this.#pipe(DEBUGGER) as Duplex | null | undefined) ?? null;
  }

  /** Ends the process and what it started, without a word. */
  stop(): void {
    this.#isStopping = true;
    this.#killGroup();
  }

  /** Ends the process and says why. */
  kill(reason: string): void {
    this.#reason ??= reason;
    this.#killGroup();
  }

  /** Reads all pipes; resolves when they have ended. */
  #read(channel: Readable | null | undefined): Promise<unknown> {
    const order = new OutputOrder<UserArrival>({
      message: message => {
        // The first process of a container cannot kill itself.
        if (message.type === 'exit') this.kill(`exit code ${Number(message.code)}`);
        if (message.type !== 'ready') return this.#events.onMessage(message);
        this.#isReady = true;
        this.#resolveReady();
      },
      raw: (name, text) => {
        if (name === 'stderr' && text.includes('heap out of memory'))
          this.#reason = 'out of memory';
        const shown = text.replace(NODE_NOTICE, '');
        if (shown !== '') this.#events.onRaw(name, shown);
      }
    });
    const frames = new FrameReader((head, body) => {
      const { message, place } = arrivalOf(head, body);
      // What was printed before is in the pipes, if it has not been read.
      if (BARRIERS.has(message.type))
        for (const name of ['stdout', 'stderr'] as const) {
          // What a held pipe has read already goes first; reading it tells the listener below.
          if ((this.#child[name]?.readableLength ?? 0) > 0) this.#child[name]?.read();
          drainPipe(this.#child[name], chunk => order.raw(name, chunk));
        }
      order.message(message, place);
    });
    channel?.on('data', (chunk: Buffer) => {
      try {
        frames.add(chunk);
      } catch {
        this.kill('wrote to the channel of the kernel');
      }
    });
    for (const descriptor of [TO_USER, INTERRUPTS, DEBUGGER])
      (this.#pipe(descriptor) as Writable | null | undefined)?.on('error', () => undefined);
    const ends = [ended(channel)];
    for (const name of ['stdout', 'stderr'] as const) {
      const pipe = this.#child[name];
      pipe?.on('data', (chunk: Buffer) => order.raw(name, chunk));
      ends.push(ended(pipe).then(() => order.rawEnded(name)));
    }
    return Promise.all(ends);
  }

  #pipe(descriptor: number): unknown {
    // The types of Node know five pipes only.
    const pipes: readonly unknown[] = this.#child.stdio;
    return pipes[descriptor];
  }

  #write(descriptor: number, bytes: Buffer | string): void {
    const pipe = this.#pipe(descriptor) as Writable | null | undefined;
    if (pipe?.writable === true) pipe.write(bytes);
  }

  async #ended(cause: string, read: Promise<unknown>): Promise<void> {
    this.#unwatch();
    if (this.#isStopping) return;
    this.#killGroup();
    this.#held.end();
    this.#events.onExit();
    let limit: NodeJS.Timeout | undefined;
    const enough = new Promise(resolve => (limit = setTimeout(resolve, DRAIN_MS)));
    await Promise.race([read, enough]);
    clearTimeout(limit);
    this.#events.onEnd(this.#reason ?? cause);
  }

  #killGroup(): void {
    const { pid } = this.#child;
    try {
      // Detached: its group is its own, and holds the processes that user code started.
      if (pid !== undefined && process.platform !== 'win32') process.kill(-pid, 'SIGKILL');
      else this.#child.kill('SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

function causeOf(code: number | null, signal: string | null): string {
  return signal ?? `exit code ${code ?? 'unknown'}`;
}

function ended(pipe: Readable | null | undefined): Promise<void> {
  return new Promise(resolve => {
    if (!pipe) return resolve();
    pipe.once('close', resolve).on('error', () => undefined);
  });
}
