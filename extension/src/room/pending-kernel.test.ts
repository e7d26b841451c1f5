import { Signal } from '@lumino/signaling';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { kernelKnown, type PendingContext } from './pending-kernel';

interface State {
  readonly session?: unknown;
  readonly hasNoKernel?: boolean;
  readonly kernelDisplayStatus?: string;
}

function setUp(state: State) {
  const at = {};
  const context = {
    session: null as unknown,
    hasNoKernel: false,
    kernelDisplayStatus: 'unknown',
    isDisposed: false,
    ...state,
    statusChanged: new Signal<object, string>(at),
    kernelChanged: new Signal<object, unknown>(at),
    disposed: new Signal<object, void>(at)
  };
  let known = false;
  const done = kernelKnown(context as unknown as PendingContext).then(() => (known = true));
  const isKnown = async () => {
    await new Promise(resolve => setTimeout(resolve));
    return known;
  };
  return { context, done, isKnown };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a cell that is run while its kernel starts', () => {
  it('waits for the kernel', async () => {
    const { context, done, isKnown } = setUp({});
    context.statusChanged.emit('starting');
    expect(await isKnown()).toBe(false);
    context.session = { kernel: { id: 'k' } };
    context.kernelChanged.emit({});
    await done;
  });

  it('waits in a notebook that was just opened and has not asked for its kernel', async () => {
    const opening = { hasNoKernel: true, kernelDisplayStatus: 'initializing' };
    const { context, done, isKnown } = setUp(opening);
    expect(await isKnown()).toBe(false);
    Object.assign(context, { hasNoKernel: false });
    context.kernelChanged.emit({});
    expect(await isKnown()).toBe(false);
    context.session = { kernel: { id: 'k' } };
    context.kernelChanged.emit({});
    await done;
  });

  it('does not wait for ever for somebody who is to choose a kernel', async () => {
    vi.useFakeTimers();
    const { done } = setUp({ hasNoKernel: true, kernelDisplayStatus: 'initializing' });
    await vi.advanceTimersByTimeAsync(10_000);
    await done;
  });

  it.each([
    ['no kernel is chosen', { hasNoKernel: true }],
    ['the notebook is closed', { isDisposed: true }]
  ])('goes on when %s meanwhile', async (_what, change) => {
    const { context, done, isKnown } = setUp({});
    expect(await isKnown()).toBe(false);
    Object.assign(context, change);
    context.disposed.emit();
    await done;
  });

  it.each([
    ['the kernel is there', { session: { kernel: { id: 'k' } } }],
    ['there is to be none', { hasNoKernel: true }]
  ])('does not wait when %s', async (_what, state) => {
    expect(await setUp(state).isKnown()).toBe(true);
  });

  it('does not wait without a session', async () => {
    await expect(kernelKnown(undefined)).resolves.toBeUndefined();
  });
});
