import type { HideCells } from '@wardbook/protocol';

/**
 * Which cells of a two-way table are hidden when the totals of its rows and columns are published: rules D2 and D3 of
 * the guard along every line of both directions, until no line gives a hidden cell away.
 *
 * @param counts counts[row][column]
 * @param hide the guard's rule for one line
 */
export function hideTable(
  counts: readonly (readonly number[])[],
  hide: HideCells
): readonly (readonly boolean[])[] {
  const hidden = counts.map(row => hide(row));
  const width = counts[0]?.length ?? 0;
  for (let changed = true; changed;) {
    changed = false;
    for (let column = 0; column < width; column += 1)
      changed =
        closeLine(
          counts,
          hidden,
          line(counts.length, row => [row, column]),
          hide
        ) || changed;
    for (let row = 0; row < counts.length; row += 1)
      changed =
        closeLine(
          counts,
          hidden,
          line(width, column => [row, column]),
          hide
        ) || changed;
  }
  return hidden;
}

type Place = readonly [row: number, column: number];

function line(length: number, place: (index: number) => Place): Place[] {
  return Array.from({ length }, (_, index) => place(index));
}

// A cell that is hidden already counts as empty for the line's rule, so that the rule keeps it hidden and goes on from there.
function closeLine(
  counts: readonly (readonly number[])[],
  hidden: boolean[][],
  places: readonly Place[],
  hide: HideCells
): boolean {
  if (!places.some(([row, column]) => hidden[row]?.[column])) return false;
  const shown = places.map(([row, column]) =>
    hidden[row]?.[column] ? 0 : (counts[row]?.[column] ?? 0)
  );
  let changed = false;
  hide(shown).forEach((isHidden, index) => {
    const [row = 0, column = 0] = places[index] ?? [];
    const cells = hidden[row];
    if (!isHidden || cells === undefined || cells[column]) return;
    cells[column] = true;
    changed = true;
  });
  return changed;
}
