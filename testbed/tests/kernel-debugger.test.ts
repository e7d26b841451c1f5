import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRepository, KERNEL, KernelHome, PYTHON } from './kernel-home.js';

describe.skipIf(PYTHON === '')("the kernel's debugger on the wire", () => {
  let home: KernelHome;
  const scenario = async (
    name: string,
    env: NodeJS.ProcessEnv = {}
  ): Promise<Record<string, never>> => {
    const { stdout } = await home.python(
      [inRepository('testbed/clients/debug_session.py'), KERNEL, name],
      { env }
    );
    return JSON.parse(stdout) as Record<string, never>;
  };
  beforeAll(async () => {
    home = await KernelHome.create();
  });
  afterAll(() => home[Symbol.asyncDispose]());

  it('stops at breakpoints of a cell that did not run before, at their true lines', async () => {
    const seen = await scenario('breakpoints');

    expect(seen).toMatchObject({
      info: { isStarted: false, hashMethod: 'Murmur2', richRendering: true, copyToGlobals: true },
      points: [{ line: 2 }, { line: 6 }, { line: 10 }].map(point => ({ ...point, verified: true })),
      first: { reason: 'breakpoint', threadId: 1 },
      first_frames: [['cell-1.ts', 2]],
      second_frames: [
        ['total', 6],
        ['cell-1.ts', 10]
      ],
      paths: [seen['path'], seen['path']],
      local: { list: 'Array(2) [Object, Object]', sum: '0' },
      notebook: ['patients', 'result', 'total'],
      items: { 0: '{age: 40}', 1: '{age: 50}', length: '2' },
      evaluated: { result: '2', type: 'number' },
      fault: { success: false, message: 'ReferenceError: missing is not defined' },
      completions: [{ label: 'length' }],
      changed: { value: '1000' },
      beats: true,
      out: 'step',
      out_frames: [['cell-1.ts', 11]],
      after_await: [['cell-1.ts', 12]],
      outputs: [['execute_result', { 'text/plain': '2180' }]],
      globals: { result: '1090', patients: 'Array(2) [Object, Object]' },
      rich: '[ { age: 40 }, { age: 50 } ]',
      source: true,
      again_frames: [['cell-2.ts', 10]],
      again: [{ 'text/plain': '180' }]
    });
  });

  it('steps through a cell without a stop in the kernel or in the next cell', async () => {
    expect(await scenario('steps')).toEqual({
      lines: [1, 2, 3, 2, 2, 4],
      after: [{ 'text/plain': '2' }]
    });
  });

  it('runs nothing more of a cell that is interrupted at a breakpoint, also after an await and in a timer', async () => {
    expect(await scenario('interrupt')).toEqual({
      error: ['Interrupted', 'Interrupted', 'Interrupted'],
      kept: [{ 'text/plain': '3' }],
      left: [{ 'text/plain': '0' }],
      stopped: []
    });
  });

  it('does not count the time at a breakpoint for the limit of a cell, and counts all other time', async () => {
    expect(await scenario('limit', { WARDBOOK_KERNEL_CELL_SECONDS: '2' })).toEqual({
      held: [['execute_result', { 'text/plain': '1' }]],
      computed: ['CellTimeLimit']
    });
  });

  it('stops at errors that end a cell, or at all of them', async () => {
    expect(await scenario('errors')).toMatchObject({
      stopped: { reason: 'exception' },
      frames: [['cell-1.ts', 4]],
      outputs: ['TypeError'],
      raised: ['Error: caught', [['cell-2.ts', 1]]],
      info: false
    });
  });

  it('pauses a loop, changes a variable and goes on', async () => {
    expect(await scenario('pause')).toMatchObject({
      reason: 'pause',
      outputs: [{ 'text/plain': `'ended'` }]
    });
  });

  it('answers what it cannot do by an error, and debugs on after user code exits', async () => {
    expect(await scenario('odd')).toMatchObject({
      failed: [false, false, false, false, false],
      points: [{ verified: false }],
      reason: 'breakpoint',
      outputs: [{ 'text/plain': '2' }],
      copied: [{ 'text/plain': '1' }]
    });
  });

  it('stops in TypeScript files that a cell imports, at breakpoints that were set by path before', async () => {
    expect(await scenario('modules')).toMatchObject({
      points: [
        { line: 5, verified: true },
        { line: 6, verified: true }
      ],
      rate: [{ line: 2, verified: true }],
      import_frames: [['rate.ts', 2]],
      text: true,
      first: [['effect', 5], true],
      call: [
        ['effect', 6],
        ['cell-1.ts', 2]
      ],
      path: true,
      local: { dose: '{gray: 3}', linear: '6' },
      evaluated: '6',
      outputs: [{ 'text/plain': '7' }],
      modules: ['model.ts', 'rate.ts']
    });
  });

  it('follows edits of those files, a restart of user code and an interrupt in them', async () => {
    const refused = [{ verified: false }];
    expect(await scenario('module-edits')).toMatchObject({
      before: [
        [
          ['effect', 6],
          ['cell-1.ts', 2]
        ]
      ],
      edited: [
        [
          ['effect', 7],
          ['cell-2.ts', 2]
        ]
      ],
      after_exit: [
        [
          ['effect', 7],
          ['cell-4.ts', 2]
        ]
      ],
      loaded: [{ 'text/plain': '1' }],
      interrupted: ['Interrupted'],
      again: [{ 'text/plain': '1' }],
      broken: refused,
      foreign: refused,
      missing: refused
    });
  });

  it('stops in a TypeScript file beside the folder of the notebook, named by its path or by a link', async () => {
    expect(await scenario('module-links')).toMatchObject({
      points: [{ line: 2, verified: true }],
      stops: [
        [
          ['twice', 2],
          ['cell-1.ts', 2]
        ]
      ],
      linked: true,
      linked_stops: [
        [
          ['twice', 2],
          ['cell-2.ts', 1]
        ]
      ]
    });
  });
});
