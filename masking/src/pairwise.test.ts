import { randomBytes } from 'node:crypto';
import { HospitalId, type EgressBlock, type Hash } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import { createMaskKey, createPairwiseDriver, type RoundContext } from './index.js';

const block = (length: number, fractionBits: number): EgressBlock => ({
  name: 'x',
  label: { en: 'x', fr: 'x' },
  shape: [length],
  unit: '1',
  class: 'sum',
  bound: 2 ** 20,
  fractionBits
});

function federation(size: number, openingSecret = randomBytes(32)) {
  const ids = Array.from({ length: size }, (_, index) =>
    HospitalId.parse(`h${String(index).padStart(2, '0')}`)
  );
  const keys = ids.map(() => createMaskKey());
  const hospitals = ids.map((id, index) => ({ id, maskKey: keys[index]?.publicKey ?? '' }));
  const drivers = ids.map((self, index) => {
    const pair = keys[index];
    if (!pair) throw new Error('no key');
    return createPairwiseDriver({ self, keys: pair, hospitals, openingSecret });
  });
  return { ids, drivers };
}

const contextOf = (ids: readonly HospitalId[], seed = 'a'): RoundContext => ({
  hash: seed.repeat(64) as Hash,
  participants: ids
});

describe('pairwise masks', () => {
  it.each([3, 4, 7, 50])('[MA1] sum to the plain sum over %i hospitals', size => {
    const { ids, drivers } = federation(size);
    for (const length of [0, 1, 2, 3, 33]) {
      const blocks = [block(length, 32)];
      const values = drivers.map((_, h) =>
        Float64Array.from({ length }, (_, i) => (h + 1) * (i - 1.5))
      );
      const contributions = drivers.map((driver, h) =>
        driver.contribute(contextOf(ids), blocks, { x: values[h] ?? new Float64Array() })
      );
      const opened = drivers[1]?.open(contextOf(ids), blocks, contributions)['x'] ?? [];
      const plain = Array.from({ length }, (_, i) =>
        values.reduce((sum, v) => sum + (v[i] ?? 0), 0)
      );
      expect([...opened]).toEqual(plain);
    }
  });

  it('[MA2] cannot be opened by somebody without the opening secret', () => {
    const secret = randomBytes(32);
    const { ids, drivers } = federation(3, secret);
    const blocks = [block(4, 0)];
    const contributions = drivers.map(driver =>
      driver.contribute(contextOf(ids), blocks, { x: Float64Array.of(1, 2, 3, 4) })
    );
    const outsider = createPairwiseDriver({
      self: HospitalId.parse('coordinator'),
      keys: createMaskKey(),
      hospitals: [],
      openingSecret: randomBytes(32)
    });
    const read = outsider.open(contextOf(ids), blocks, contributions)['x'] ?? [];
    expect([...read]).not.toEqual([3, 6, 9, 12]);
    expect([...read].every(value => Math.abs(value) > 1e6)).toBe(true);
  });

  it('[MA3] give garbage when one hospital has another context', () => {
    const { ids, drivers } = federation(3);
    const blocks = [block(2, 0)];
    const contributions = drivers.map((driver, h) =>
      driver.contribute(contextOf(ids, h === 1 ? 'b' : 'a'), blocks, { x: Float64Array.of(1, 2) })
    );
    const opened = drivers[0]?.open(contextOf(ids), blocks, contributions)['x'] ?? [];
    expect([...opened]).not.toEqual([3, 6]);
  });

  it('[MA4] refuse values out of the declared bound, NaN and infinities', () => {
    const { ids, drivers } = federation(3);
    for (const value of [2 ** 20 + 1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() =>
        drivers[0]?.contribute(contextOf(ids), [block(1, 32)], { x: Float64Array.of(value) })
      ).toThrow(expect.objectContaining({ code: 'MASKING_OUT_OF_RANGE' }));
  });

  it('[MA5] refuse to open a sum with a missing or a shortened contribution', () => {
    const { ids, drivers } = federation(3);
    const blocks = [block(2, 0)];
    const contributions = drivers.map(driver =>
      driver.contribute(contextOf(ids), blocks, { x: Float64Array.of(1, 2) })
    );
    const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] =
      contributions;
    for (const wrong of [
      [first, second],
      [first, second, third.subarray(8)]
    ])
      expect(() => drivers[0]?.open(contextOf(ids), blocks, wrong)).toThrow(
        expect.objectContaining({ code: 'MASKING_CONTEXT' })
      );
  });
});
