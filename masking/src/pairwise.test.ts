import { randomBytes } from 'node:crypto';
import { HospitalId, RunId, StudyId, type EgressBlock, type Hash } from '@wardbook/protocol';
import { describe, expect, it } from 'vitest';
import {
  NO_TRANSCRIPT,
  contextHash,
  createMaskKey,
  createPairwiseDriver,
  openSealedSecret,
  sealOpeningSecret,
  type ContextFacts,
  type RoundContext
} from './index.js';

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
  it.each([3, 4, 7, 50])('[MA1] allowed: %i hospitals open the plain sum', size => {
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

  it('[MA2] attack: somebody with all contributions but no opening secret reads noise', () => {
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

  it('[MA3] attack: one hospital led into another context makes noise of the sum', () => {
    const { ids, drivers } = federation(3);
    const blocks = [block(2, 0)];
    const contributions = drivers.map((driver, h) =>
      driver.contribute(contextOf(ids, h === 1 ? 'b' : 'a'), blocks, { x: Float64Array.of(1, 2) })
    );
    const opened = drivers[0]?.open(contextOf(ids), blocks, contributions)['x'] ?? [];
    expect([...opened]).not.toEqual([3, 6]);
  });

  it('[MA4] refused: values over the bound, NaN and infinities', () => {
    const { ids, drivers } = federation(3);
    for (const value of [2 ** 20 + 1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() =>
        drivers[0]?.contribute(contextOf(ids), [block(1, 32)], { x: Float64Array.of(value) })
      ).toThrow(expect.objectContaining({ code: 'MASKING_OUT_OF_RANGE' }));
  });

  it('[MA5] refused: a sum with a missing or a shortened contribution', () => {
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

  it('[MA1] refused: a value block of another length than declared', () => {
    const { ids, drivers } = federation(3);
    expect(() =>
      drivers[0]?.contribute(contextOf(ids), [block(2, 0)], { x: Float64Array.of(1) })
    ).toThrow(expect.objectContaining({ code: 'GUARD_SHAPE' }));
  });

  it('[MA1] attack: contributions of equal values never look equal', () => {
    const { ids, drivers } = federation(3);
    const zeros = { x: new Float64Array(64) };
    const seen = drivers.map(driver =>
      Buffer.from(driver.contribute(contextOf(ids), [block(64, 0)], zeros)).toString('hex')
    );
    expect(new Set(seen).size).toBe(3);
    const ones = seen
      .join('')
      .split('')
      .reduce(
        (sum, digit) => sum + (Number.parseInt(digit, 16).toString(2).split('1').length - 1),
        0
      );
    // 12,288 uniform bits: mean 6,144, standard deviation 55; eight of them never happen by chance.
    expect(Math.abs(ones - 6144)).toBeLessThan(443);
  });

  it('[MA2] allowed: each hospital opens the sum with the sealed secret', () => {
    const secret = randomBytes(32);
    const own = createMaskKey();
    expect(
      Buffer.from(openSealedSecret(sealOpeningSecret(secret, own.publicKey), own)).equals(secret)
    ).toBe(true);
  });

  it('[MA2] refused: a secret sealed to another hospital', () => {
    const sealed = sealOpeningSecret(randomBytes(32), createMaskKey().publicKey);
    expect(() => openSealedSecret(sealed, createMaskKey())).toThrow(
      expect.objectContaining({ code: 'CHARTER_INVALID' })
    );
  });

  it('[MA3] allowed: equal facts give equal contexts', () => {
    expect(contextHash(facts)).toBe(
      contextHash({ ...facts, participants: [...facts.participants] })
    );
  });

  it('[MA3] refused: any other fact gives another context', () => {
    const others = [
      { round: 1 },
      { blocks: [block(3, 0)] },
      { transcript: 'f'.repeat(64) as Hash },
      { participants: facts.participants.slice(1) }
    ];
    for (const other of others)
      expect(contextHash({ ...facts, ...other })).not.toBe(contextHash(facts));
  });

  it('[MA4] allowed: the largest legal value of both signs', () => {
    const { ids, drivers } = federation(3);
    const values = [2 ** 20, -(2 ** 20), 0].map(value => ({ x: Float64Array.of(value) }));
    const contributions = drivers.map((driver, h) =>
      driver.contribute(contextOf(ids), [block(1, 32)], values[h] ?? { x: new Float64Array(1) })
    );
    expect(drivers[2]?.open(contextOf(ids), [block(1, 32)], contributions)['x']?.[0]).toBe(0);
  });

  it('[MA4] attack: a bound that would wrap the ring is refused before anything is encoded', () => {
    const { ids, drivers } = federation(3);
    const wide = { ...block(1, 32), bound: 2 ** 40 };
    expect(() => drivers[0]?.contribute(contextOf(ids), [wide], { x: Float64Array.of(1) })).toThrow(
      expect.objectContaining({ code: 'MASKING_OUT_OF_RANGE' })
    );
  });

  it('[MA5] allowed: exactly one contribution of each', () => {
    const { ids, drivers } = federation(3);
    const contributions = drivers.map(driver =>
      driver.contribute(contextOf(ids), [block(1, 0)], { x: Float64Array.of(2) })
    );
    expect(drivers[0]?.open(contextOf(ids), [block(1, 0)], contributions)['x']?.[0]).toBe(6);
  });

  it('[MA5] attack: a contribution delivered twice in the place of another is noise', () => {
    const { ids, drivers } = federation(3);
    const [first, second] = drivers.map(driver =>
      driver.contribute(contextOf(ids), [block(1, 0)], { x: Float64Array.of(2) })
    );
    const opened = drivers[0]?.open(
      contextOf(ids),
      [block(1, 0)],
      [first ?? new Uint8Array(), second ?? new Uint8Array(), second ?? new Uint8Array()]
    );
    expect(opened?.['x']?.[0]).not.toBe(6);
  });
});

const facts: ContextFacts = {
  study: StudyId.parse('breast-relapse'),
  charterHash: 'a'.repeat(64) as Hash,
  planHash: 'b'.repeat(64) as Hash,
  run: RunId.parse('0'.repeat(32)),
  round: 0,
  participants: ['centre', 'north', 'south'].map(id => HospitalId.parse(id)),
  transcript: NO_TRANSCRIPT,
  blocks: [block(2, 0)]
};
