import type { HideCells } from '@wardbook/protocol';

/**
 * Which cells of one line of counts are hidden, when the line's total is published too (rules D2, D3).
 * Zero and small are hidden alike; while the hidden cells together hold fewer than k people, or only one
 * is hidden, the smallest shown cell is hidden too, so that the total gives nobody away.
 *
 * @param k smallest group; 0 = nothing is hidden
 */
export function hideCells(k: number): HideCells {
  return (counts, already = []) => {
    const hidden = counts.map((count, index) => count < k || already[index] === true);
    const sumHidden = () =>
      counts.reduce((sum, count, index) => sum + (hidden[index] ? count : 0), 0);
    while (hidden.some(Boolean) && (hidden.filter(Boolean).length < 2 || sumHidden() < k)) {
      const smallest = smallestShown(counts, hidden);
      if (smallest === -1) break;
      hidden[smallest] = true;
    }
    return hidden;
  };
}

function smallestShown(counts: readonly number[], hidden: readonly boolean[]): number {
  let smallest = -1;
  counts.forEach((count, index) => {
    if (hidden[index]) return;
    if (smallest === -1 || count < (counts[smallest] ?? 0)) smallest = index;
  });
  return smallest;
}
