import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimeLimits } from './time-limits.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('limits of time', () => {
  it('pass once, and not at all when they were ended', () => {
    const [passed, ended] = [vi.fn(), vi.fn()];
    const limits = new TimeLimits();
    limits.start(100, passed);
    limits.start(100, ended)();
    vi.advanceTimersByTime(99);
    expect(passed).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    expect(passed).toHaveBeenCalledTimes(1);
    expect(ended).not.toHaveBeenCalled();
  });

  it('leave out the time in which they are held, each time', () => {
    const passed = vi.fn();
    const limits = new TimeLimits();
    limits.start(100, passed);
    for (let turn = 0; turn < 3; turn += 1) {
      vi.advanceTimersByTime(30);
      limits.hold(true);
      limits.hold(true);
      vi.advanceTimersByTime(10_000);
      limits.hold(false);
    }
    expect(passed).not.toHaveBeenCalled();
    vi.advanceTimersByTime(9);
    expect(passed).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(passed).toHaveBeenCalledTimes(1);
  });

  it('do not begin while they are held', () => {
    const passed = vi.fn();
    const limits = new TimeLimits();
    limits.hold(true);
    limits.start(100, passed);
    vi.advanceTimersByTime(10_000);
    limits.hold(false);
    vi.advanceTimersByTime(99);
    expect(passed).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(passed).toHaveBeenCalledTimes(1);
  });

  it('that are ended while they are held stay ended', () => {
    const passed = vi.fn();
    const limits = new TimeLimits();
    const end = limits.start(100, passed);
    limits.hold(true);
    end();
    limits.hold(false);
    vi.advanceTimersByTime(10_000);
    expect(passed).not.toHaveBeenCalled();
  });
});
