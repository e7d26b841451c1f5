import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunId, type Result, type RunView } from '@wardbook/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunStore, type RunStart } from './store.js';

const RUN = RunId.parse('a'.repeat(32));
const start = { run: RUN, participants: [], request: { nonce: 'n' } } as unknown as RunStart;
const lost = { type: 'cancel' } as const;

describe('store of the coordinator', () => {
  let home = '';
  let store: RunStore;
  beforeEach(() => {
    vi.useFakeTimers();
    home = mkdtempSync(join(tmpdir(), 'wardbook-runs-'));
    store = new RunStore(home);
  });
  afterEach(() => {
    store.close();
    vi.useRealTimers();
    rmSync(home, { recursive: true, force: true });
  });
  const stored = () => {
    const other = new RunStore(home);
    const open = other.openRuns();
    other.close();
    return open;
  };

  it('has a run at once, its events within 50 ms, in their order', () => {
    store.addRun(start);
    store.addEvent(RUN, lost);
    store.addEvent(RUN, { type: 'connected', hospital: 'north' as never });
    expect(stored()).toMatchObject([{ start: { run: RUN }, events: [] }]);
    vi.advanceTimersByTime(50);
    expect(stored()[0]?.events.map(({ type }) => type)).toEqual(['cancel', 'connected']);
    expect(store.runOfNonce('n')).toBe(RUN);
  });

  it('ends a run with its view and without its events, written or not', () => {
    store.addRun(start);
    store.addEvent(RUN, lost);
    vi.advanceTimersByTime(50);
    store.addEvent(RUN, lost);
    store.endRun({ run: RUN, state: 'cancelled' } as unknown as RunView);
    vi.advanceTimersByTime(50);
    expect(stored()).toEqual([]);
    expect(store.finalView(RUN)?.state).toBe('cancelled');
  });

  it('keeps neither a run nor its nonce when one of them is there already', () => {
    store.claimNonce('n', 'b'.repeat(32));
    expect(() => store.addRun(start)).toThrow();
    expect(stored()).toEqual([]);
  });

  it('tells what ended a run at once, and has it in the file within 50 ms', () => {
    const view = { run: RUN, state: 'released' } as unknown as RunView;
    const result = { run: RUN } as unknown as Result;
    const releases = [{ hospital: 'north', frame: Uint8Array.of(1, 2) }];
    const told = (from: RunStore) => [
      from.finalView(RUN),
      from.keptResult('question'),
      from.releases(RUN)
    ];
    store.addRun(start);
    store.keepReleases(RUN, releases);
    store.keepResult('question', result);
    store.endRun(view);
    expect(told(store)).toEqual([view, result, releases]);
    const before = new RunStore(home);
    expect(told(before)).toEqual([null, null, []]);
    before.close();
    vi.advanceTimersByTime(50);
    const after = new RunStore(home);
    expect(told(after)).toEqual([view, result, releases]);
    expect(told(store)).toEqual([view, result, releases]);
    after.close();
  });

  it('writes what ended a run when it closes', () => {
    store.addRun(start);
    store.endRun({ run: RUN, state: 'cancelled' } as unknown as RunView);
    store.close();
    store = new RunStore(home);
    expect(store.finalView(RUN)?.state).toBe('cancelled');
  });
});
