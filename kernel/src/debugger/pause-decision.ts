import type { Frame } from './frames.js';

/** Why user code may be where it is. */
export interface Pause {
  /** V8's word. */
  readonly reason: string;
  /** Whether V8 says that nobody catches what is thrown. */
  readonly isUncaught: boolean;
  readonly isAtBreakpoint: boolean;
  readonly isAtDebuggerStatement: boolean;
  /** Whether a cell would see the error: no code on the stack catches it. */
  readonly endsCell: boolean;
  readonly frames: readonly Pick<Frame, 'isUser'>[];
}

/** What the client has asked for. */
export interface Wish {
  /** V8's command of the step under way; null = none. */
  readonly step: Step | null;
  /** Whether the client wants user code to stop wherever it is. */
  readonly pause: boolean;
  readonly raised: boolean;
  readonly uncaught: boolean;
}

/** V8's commands of steps. */
export type Step = 'Debugger.stepOver' | 'Debugger.stepInto' | 'Debugger.stepOut';
/** What to do at a pause: stop there for a reason of DAP, or go on by a command of V8. */
export type Decision =
  | { readonly stop: 'breakpoint' | 'exception' | 'step' | 'pause' }
  | { readonly goOn: Step | 'Debugger.resume' };

/** Stops in code of the notebook only: steps do not wander into the kernel, node or packages. */
export function decide(pause: Pause, wish: Wish): Decision {
  const { frames } = pause;
  const isInside = frames.some(({ isUser }) => isUser);
  if (pause.reason === 'exception' || pause.reason === 'promiseRejection') {
    const wanted = wish.raised || (wish.uncaught && (pause.isUncaught || pause.endsCell));
    return wanted && isInside ? { stop: 'exception' } : { goOn: wish.step ?? 'Debugger.resume' };
  }
  if (frames[0]?.isUser === true) {
    if (pause.isAtBreakpoint || pause.isAtDebuggerStatement) return { stop: 'breakpoint' };
    if (wish.step !== null) return { stop: 'step' };
    return wish.pause ? { stop: 'pause' } : { goOn: 'Debugger.resume' };
  }
  if (pause.isAtBreakpoint) return { stop: 'breakpoint' };
  if (isInside && (wish.step !== null || wish.pause)) return { goOn: 'Debugger.stepOut' };
  return { goOn: wish.pause ? 'Debugger.stepInto' : 'Debugger.resume' };
}
