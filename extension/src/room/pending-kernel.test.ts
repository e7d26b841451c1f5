import { Signal } from '@lumino/signaling';
import { describe, expect, it } from 'vitest';
import { kernelKnown, type PendingContext } from './pending-kernel';

function setUp(state: { session?: unknown; hasNoKernel?: boolean }) {
  const at = {};
  const context = {
    session: null as unknown,
    hasNoKernel: false,
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

describe('a cell that is run while its kernel starts', () => {
  it('waits for the kernel', async () => {
    const { context, done, isKnown } = setUp({});
    context.statusChanged.emit('starting');
    expect(await isKnown()).toBe(false);
    context.session = { kernel: { id: 'k' } };
    context.kernelChanged.emit({});
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
