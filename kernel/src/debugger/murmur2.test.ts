import { describe, expect, it } from 'vitest';
import { murmur2 } from './murmur2.js';

// By murmur2 of @jupyterlab/debugger 4 (lib/hash.js), run with the same texts and seeds.
const REFERENCE: readonly (readonly [text: string, seed: number, hash: number])[] = [
  ['', 0, 0],
  ['', 49374, 3897361697],
  ['', 3339675911, 3990065800],
  ['a', 0, 2456313694],
  ['a', 49374, 520109158],
  ['a', 3339675911, 2167009006],
  ['ab', 0, 446775395],
  ['ab', 49374, 3385181364],
  ['ab', 3339675911, 2805137849],
  ['abc', 0, 324500635],
  ['abc', 49374, 3149282444],
  ['abc', 3339675911, 3350977461],
  ['abcd', 0, 646393889],
  ['abcd', 49374, 2289639665],
  ['abcd', 3339675911, 804720481],
  ['const x = 1;\nx + 1', 0, 1424597792],
  ['const x = 1;\nx + 1', 49374, 1179206338],
  ['const x = 1;\nx + 1', 3339675911, 2374132807],
  ['é😀 ünïcode', 0, 4140455548],
  ['é😀 ünïcode', 49374, 2937226080],
  ['é😀 ünïcode', 3339675911, 3230883218],
  ['x'.repeat(1000), 0, 1891352362],
  ['x'.repeat(1000), 49374, 4274853464],
  ['x'.repeat(1000), 3339675911, 2976633443]
];

describe('murmur2', () => {
  it.each(REFERENCE)('gives the hash of JupyterLab for %j with seed %i', (text, seed, hash) => {
    const found = murmur2(text, seed);

    expect(found).toBe(hash);
  });
});
