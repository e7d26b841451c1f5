import type { Duplex } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import { Breakpoints } from './breakpoints.js';
import { CellScripts } from './cell-scripts.js';
import { fieldsOf, listOf, textIn, type Fields } from './dap.js';
import { type Frame, framesOf, isLocalModule, isShown } from './frames.js';
import { InspectorLink, type InspectorEvent } from './inspector-link.js';
import { decide, type Step, type Wish } from './pause-decision.js';
import { caughtStretches } from './stop-places.js';
import { offsetOf } from '../transform/syntax-error.js';
import { Variables } from './variables.js';

/** The process of user code, as far as a debugger needs it. */
export interface DebuggedUser {
  /** Set while user code stands at a breakpoint. */
  isPaused: boolean;
  readonly isReady: boolean;
  ready(): Promise<void>;
  debugPipe(): Duplex | null;
}

/** Where user code stands. */
export interface Stop {
  readonly reason: string;
  /** Numbers of frames begin here; they differ from stop to stop. */
  readonly firstId: number;
  /** Frames that a person can look at. */
  readonly frames: readonly Frame[];
  readonly hit: readonly number[];
  /** What was thrown; '' when nothing was. */
  readonly text: string;
}

/** The only thread that is shown. */
export const THREAD = 1;
const READY_MS = 10_000;
const FRAMES_KEPT = 200;
const NO_WISH: Wish = { step: null, pause: false, raised: false, uncaught: false };
// Steps pass through node's and the kernel's own code without a stop in each line.
const BLACK_BOX = ['^node:', '/node_modules/', `^${new URL('..', import.meta.url).href}`];

/** Ends what stands at a breakpoint: after an await, Node would abort on what a stop leaves of its callbacks. */
const END = [
  [
    'Runtime.evaluate',
    { expression: `globalThis[Symbol.for('wardbook.kernel.stopping')]?.()`, silent: true }
  ],
  ['Debugger.resume', { terminateOnResume: true }]
] as const;

/** A client's debugging of the notebook: breakpoints and wishes outlive the process of user code. */
export class DebugSession {
  readonly scripts = new CellScripts();
  readonly breakpoints = new Breakpoints(this.scripts);
  readonly variables = new Variables();
  readonly urls = new Map<string, string>();
  readonly #user: DebuggedUser;
  readonly #tell: (event: string, body: Fields) => void;
  #link: InspectorLink | null = null;
  #opened: Promise<InspectorLink> | null = null;
  #wish = NO_WISH;
  #stop: Stop | null = null;
  #lastFrameId = 0;

  constructor(user: DebuggedUser, tell: (event: string, body: Fields) => void) {
    this.#user = user;
    this.#tell = tell;
  }

  /** Whether a client debugs. */
  get isStarted(): boolean {
    return this.#opened !== null;
  }

  /** Where user code stands; null while it runs. */
  get stop(): Stop | null {
    return this.#stop;
  }

  /** V8's inspector. @throws Error before attach, and when user code does not answer */
  link(): Promise<InspectorLink> {
    if (this.#opened === null) return Promise.reject(new Error('The debugger is not attached.'));
    if (this.#link?.isClosed === true) this.#opened = this.#open();
    return this.#opened;
  }

  /** V8's inspector for questions about values, also before attach. @throws Error when user code does not answer */
  values(): Promise<InspectorLink> {
    return this.#opened === null ? this.#connect() : this.link();
  }

  /** Begins to debug. @throws Error when user code does not answer */
  async start(): Promise<void> {
    this.#opened ??= this.#open();
    try {
      await this.#opened;
    } catch (error) {
      this.#opened = null;
      throw error;
    }
  }

  /** Ends debugging; user code goes on. */
  async end(): Promise<void> {
    const link = this.#link;
    this.#opened = null;
    this.#wish = NO_WISH;
    this.#running();
    this.breakpoints.disarmed();
    await link?.post('Debugger.disable').catch(() => undefined);
  }

  /** Notes a cell that is about to run; resolves when its breakpoints are set. */
  async prepare(name: string): Promise<void> {
    this.#wish = { ...this.#wish, step: null };
    const link = await this.link();
    await this.breakpoints.followEdits(link);
    await this.breakpoints.arm(name, link);
  }

  /** Chooses at which errors to stop. */
  async stopAtErrors(filters: readonly string[]): Promise<void> {
    const [raised, uncaught] = [filters.includes('raised'), filters.includes('uncaught')];
    this.#wish = { ...this.#wish, raised, uncaught };
    await this.#pauseOnExceptions(await this.link());
  }

  /** Lets user code go on, by a step or until the next breakpoint. @throws Error when it does not stand */
  async goOn(step: Step | null): Promise<void> {
    const link = await this.link();
    if (this.#stop === null) throw new Error('User code is not stopped.');
    this.#wish = { ...this.#wish, step, pause: false };
    this.#running();
    await link.post(step ?? 'Debugger.resume');
  }

  /** Stops user code at the next line of the notebook that it comes to. */
  async pause(): Promise<void> {
    const link = await this.link();
    if (this.#stop !== null) return;
    this.#wish = { ...this.#wish, pause: true };
    await link.post('Debugger.pause');
  }

  /** Ends what stands at a breakpoint without running more of it. */
  interrupt(): void {
    if (this.#stop === null) return;
    this.#wish = { ...this.#wish, step: null, pause: false };
    this.#running();
    for (const [method, params] of END) this.#link?.post(method, params).catch(() => undefined);
  }

  /** The process of user code ended: it stands nowhere, and V8 knows no breakpoint. */
  userEnded(): void {
    this.#link?.close();
    this.breakpoints.disarmed();
    this.#running();
  }

  /** The frame of a number. @throws Error when user code has gone on */
  frame(id: number): { readonly index: number; readonly frame: Frame } {
    const index = id - (this.#stop?.firstId ?? 0);
    const frame = this.#stop?.frames[index];
    if (frame === undefined) throw new Error('User code has gone on: this frame is no more.');
    return { index, frame };
  }

  async #connect(): Promise<InspectorLink> {
    await Promise.race([
      this.#user.ready(),
      after(READY_MS, undefined, { ref: false }).then(() => {
        throw new Error('User code does not start.');
      })
    ]);
    const pipe = this.#user.debugPipe();
    if (pipe === null) throw new Error('This system has no pipe for a debugger.');
    const reuse = this.#link?.isClosed === false ? this.#link : null;
    const link = reuse ?? new InspectorLink(pipe, event => this.#take(event, link));
    this.#link = link;
    return link;
  }

  async #open(): Promise<InspectorLink> {
    const link = await this.#connect();
    this.urls.clear();
    await link.post('Debugger.enable');
    await link.post('Debugger.setBlackboxPatterns', { patterns: BLACK_BOX });
    await this.#pauseOnExceptions(link);
    for (const url of new Set(this.urls.values())) await this.breakpoints.arm(url, link);
    await this.breakpoints.armModules(link);
    return link;
  }

  async #pauseOnExceptions(link: InspectorLink): Promise<void> {
    const { raised, uncaught } = this.#wish;
    // V8 takes a rejected cell for caught once it has awaited: which errors end a cell is decided here.
    const state = raised || uncaught ? 'all' : 'none';
    await link.post('Debugger.setPauseOnExceptions', { state });
  }

  #take({ method, params }: InspectorEvent, link: InspectorLink): void {
    if (method === 'Debugger.scriptParsed') this.#parsed(params, link);
    else if (method === 'Debugger.paused') this.#paused(params, link);
    else if (method === 'Debugger.resumed' && this.#stop !== null) this.#running();
  }

  #parsed(params: Fields, link: InspectorLink): void {
    const url = textIn(params, 'url');
    this.urls.set(textIn(params, 'scriptId'), url);
    if (isLocalModule(url)) void this.breakpoints.moduleParsed(url, link).catch(() => undefined);
  }

  #paused(params: Fields, link: InspectorLink): void {
    const frames = framesOf(listOf(params['callFrames']), this);
    const reason = textIn(params, 'reason');
    const data = fieldsOf(params['data']);
    const ids = params['hitBreakpoints'];
    const hit = this.breakpoints.idsOf(Array.isArray(ids) ? ids.map(String) : []);
    const decision = decide(
      {
        ...{ reason, frames },
        isUncaught: data['uncaught'] === true,
        isAtBreakpoint: hit.length > 0,
        isAtDebuggerStatement: this.#textAt(frames[0]).startsWith('debugger'),
        endsCell: this.#endsCell(frames)
      },
      this.#wish
    );
    if ('goOn' in decision) return void link.post(decision.goOn).catch(() => undefined);
    const shown = frames.filter(
      // Installed from a package, the kernel itself lies in such a folder.
      ({ isUser, url }) => isUser || (url.includes('/node_modules/') && isShown(url))
    );
    const firstId = this.#lastFrameId + 1;
    this.#lastFrameId += FRAMES_KEPT;
    const isError = decision.stop === 'exception';
    const text = isError ? (textIn(data, 'description').split('\n')[0] ?? '') : '';
    this.#stop = {
      ...{ reason: decision.stop, firstId, hit, text },
      frames: shown.slice(0, FRAMES_KEPT)
    };
    this.#wish = { ...this.#wish, step: null, pause: false };
    this.#user.isPaused = true;
    this.#tell('stopped', {
      ...{ reason: decision.stop, threadId: THREAD, allThreadsStopped: true },
      ...(hit.length > 0 && { hitBreakpointIds: hit }),
      ...(isError && { description: text, text })
    });
  }

  /** Whether an error here goes through all code of the notebook and out of a cell. */
  #endsCell(frames: readonly Frame[]): boolean {
    const own = frames.filter(({ isUser }) => isUser);
    if (own.length === 0 || !this.scripts.has(own.at(-1)?.url ?? '')) return false;
    return own.every(({ url, line, column }) => {
      const source = this.scripts.textOfName(url);
      const at = offsetOf(source, { line, column }) ?? 0;
      return !caughtStretches(source).some(({ start, end }) => start <= at && at < end);
    });
  }

  #textAt(frame: Frame | undefined): string {
    const source = frame === undefined ? '' : this.scripts.textOfName(frame.url);
    return frame === undefined ? '' : source.slice(offsetOf(source, frame) ?? 0);
  }

  #running(): void {
    this.variables.clear();
    this.#user.isPaused = false;
    if (this.#stop === null) return;
    this.#stop = null;
    this.#tell('continued', { threadId: THREAD, allThreadsContinued: true });
  }
}
