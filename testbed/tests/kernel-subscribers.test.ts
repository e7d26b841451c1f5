import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRepository, KERNEL, KernelHome, PYTHON } from './kernel-home.js';

interface Seen {
  readonly mine: readonly [number, readonly string[]];
  readonly other: number;
  readonly grown_mb: number;
  readonly waited_s: number;
  readonly early: boolean;
  readonly later: number;
  readonly answered_s: number;
  readonly outputs: readonly string[];
  readonly kept: readonly string[];
  readonly log: string;
}

describe.skipIf(PYTHON === '' || process.platform !== 'linux')(
  'subscribers that do not keep up',
  () => {
    let home: KernelHome;
    const scenario = async (name: string): Promise<Seen> => {
      const client = inRepository('testbed/clients/subscribers.py');
      const { stdout } = await home.python([client, KERNEL, name]);
      return JSON.parse(stdout) as Seen;
    };
    beforeAll(async () => {
      home = await KernelHome.create();
    });
    afterAll(() => home[Symbol.asyncDispose]());

    it('get everything before idle when they are merely slow', async () => {
      const { mine, other, grown_mb: grownMb, log } = await scenario('slow');
      expect(mine).toEqual([60_000_000, []]);
      expect(other).toBe(60_000_000);
      expect(grownMb).toBeLessThan(120);
      expect(log).toBe('');
    });

    it('are left behind when they stand still: nobody else loses a line, and memory is bounded', async () => {
      const seen = await scenario('stopped');
      expect(seen.mine).toEqual([250_000_000, []]);
      // 250 MB would lie there; so did they before there was a bound.
      expect(seen.grown_mb).toBeLessThan(140);
      expect(seen.waited_s).toBeGreaterThan(9);
      expect(seen.log).toContain('left behind until it reads again');
      expect(seen.early).toBe(true);
      expect(seen.later).toBe('awake\n'.length);
    });

    it('do not keep a cell that stands in a print from being interrupted', async () => {
      const { answered_s: answeredS, outputs, kept } = await scenario('interrupt');
      expect(answeredS).toBeLessThan(3);
      expect(outputs).toEqual(['Interrupted']);
      expect(kept).toEqual(['true']);
    });
  }
);
