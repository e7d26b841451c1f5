import { describe, expect, it } from 'vitest';
import { decide, type Pause, type Wish } from './pause-decision.js';

const CELL = { isUser: true };
const KERNEL = { isUser: false };
const at = (pause: Partial<Pause>): Pause => ({
  ...{ reason: 'other', isUncaught: false, isAtBreakpoint: false, isAtDebuggerStatement: false },
  ...{ endsCell: false, frames: [CELL], ...pause }
});
const wish = (wanted: Partial<Wish>): Wish => ({
  ...{ step: null, pause: false, raised: false, uncaught: false, ...wanted }
});

describe('decide', () => {
  it('stops at a breakpoint and at a debugger statement', () => {
    expect(decide(at({ isAtBreakpoint: true }), wish({}))).toEqual({ stop: 'breakpoint' });
    expect(decide(at({ isAtDebuggerStatement: true }), wish({}))).toEqual({ stop: 'breakpoint' });
  });

  it('goes on when a step of an earlier cell is left over', () => {
    expect(decide(at({}), wish({}))).toEqual({ goOn: 'Debugger.resume' });
  });

  it('steps out of code that is not of the notebook, and runs on when no cell is below', () => {
    const step = wish({ step: 'Debugger.stepInto' });

    expect(decide(at({ frames: [KERNEL, CELL] }), step)).toEqual({ goOn: 'Debugger.stepOut' });
    expect(decide(at({ frames: [KERNEL] }), step)).toEqual({ goOn: 'Debugger.resume' });
    expect(decide(at({ frames: [CELL, KERNEL] }), step)).toEqual({ stop: 'step' });
  });

  it('looks on for code of the notebook when a pause is wanted', () => {
    expect(decide(at({ frames: [KERNEL] }), wish({ pause: true }))).toEqual({
      goOn: 'Debugger.stepInto'
    });
    expect(decide(at({}), wish({ pause: true }))).toEqual({ stop: 'pause' });
  });

  it('stops at errors that end a cell when those are wanted, and not at caught ones', () => {
    const thrown = { reason: 'exception' };
    const uncaught = wish({ uncaught: true });

    expect(decide(at({ ...thrown, endsCell: true }), uncaught)).toEqual({ stop: 'exception' });
    expect(decide(at(thrown), uncaught)).toEqual({ goOn: 'Debugger.resume' });
    expect(decide(at(thrown), wish({ raised: true }))).toEqual({ stop: 'exception' });
    expect(decide(at(thrown), wish({ ...uncaught, step: 'Debugger.stepOver' }))).toEqual({
      goOn: 'Debugger.stepOver'
    });
  });
});
