import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunId, type Result, type RunView } from '@wardbook/protocol';
import Database from 'libsql';
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

  it('has in the file what ended a run before anybody is told', () => {
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
    expect(told(store)).toEqual([null, null, []]);
    const written: unknown[] = [];
    store.endRun(view, () => {
      const other = new RunStore(home);
      written.push(told(other));
      other.close();
    });
    expect(written).toEqual([[view, result, releases]]);
    expect(stored()).toEqual([]);
  });

  it('tells nobody of an end that could not be written, and tries again', () => {
    store.addRun(start);
    const full = new Database(join(home, 'coordinator.db'));
    full.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON runs BEGIN SELECT RAISE(FAIL, 'disk full'); END"
    );
    let told = 0;
    store.endRun({ run: RUN, state: 'cancelled' } as unknown as RunView, () => (told += 1));
    expect([told, store.finalView(RUN)]).toEqual([0, null]);
    expect(stored()).toHaveLength(1);
    full.exec('DROP TRIGGER full');
    full.close();
    vi.advanceTimersByTime(1_000);
    expect([told, store.finalView(RUN)?.state]).toEqual([1, 'cancelled']);
  });
});
