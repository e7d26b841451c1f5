import type { HideCells } from '@wardbook/protocol';

/**
 * Which cells of a two-way table are hidden when the totals of its rows and columns are published: rules D2 and D3 of
 * the guard along every line of both directions, until no line gives a hidden cell away.
 *
 * @param counts counts[row][column]
 * @param hide the guard's rule for one line
 * @param known cells that are hidden whatever their count, such as those of a hidden group
 */
export function hideTable(
  counts: readonly (readonly number[])[],
  hide: HideCells,
  known: readonly (readonly boolean[])[] = []
): readonly (readonly boolean[])[] {
  const hidden = counts.map((row, index) => hide(row, known[index]));
  const width = counts[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, column) => column);
  for (let changed = true; changed;) {
    changed = false;
    for (const column of columns) {
      const closed = hide(
        counts.map(row => row[column] ?? 0),
        hidden.map(row => row[column] ?? false)
      );
      closed.forEach((isHidden, row) => {
        const cells = hidden[row];
        if (!isHidden || cells === undefined || cells[column]) return;
        cells[column] = true;
        changed = true;
      });
    }
    if (!changed) break;
    counts.forEach((row, index) => {
      hidden[index] = hide(row, hidden[index]);
    });
  }
  return hidden;
}
