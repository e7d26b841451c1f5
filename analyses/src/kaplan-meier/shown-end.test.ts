import { describe, expect, it } from 'vitest';
import type { KaplanMeierValues } from './kaplan-meier.js';
import { shownEndDays } from './shown-end.js';

const curve = (mode: 'grid' | 'exact', timeDays: readonly number[]) =>
  ({ mode, groups: [{ curve: { timeDays } }] }) as unknown as KaplanMeierValues;

describe('end of a drawn curve', () => {
  it('is the cell before a last one that takes in the rest of the follow-up', () => {
    expect(shownEndDays(curve('grid', [100, 200, 300, 900]))).toBe(300);
  });

  it('is the last cell when that is as wide as the others, on exact times, and with few cells', () => {
    expect(shownEndDays(curve('grid', [100, 200, 300, 400]))).toBe(400);
    expect(shownEndDays(curve('exact', [100, 200, 300, 900]))).toBe(900);
    expect(shownEndDays(curve('grid', [100, 900]))).toBe(900);
    expect(shownEndDays(curve('grid', []))).toBe(0);
  });
});
