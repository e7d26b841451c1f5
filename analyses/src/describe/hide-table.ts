import type { HideCells } from '@wardbook/protocol';
import { determinedCell, type Place, type UntotalledLines } from './determined.js';

const ALL_TOTALS: UntotalledLines = { rows: [], columns: [] };

/**
 * Which cells of a two-way table are hidden when the totals of its rows and columns are published: rules D2 and D3 of
 * the guard along every line of both directions, until neither a line nor all of them together give a hidden cell away.
 *
 * @param counts counts[row][column]
 * @param hide the guard's rule for one line
 * @param untotalled lines whose own total is hidden; they show no cell
 */
export function hideTable(
  counts: readonly (readonly number[])[],
  hide: HideCells,
  untotalled: UntotalledLines = ALL_TOTALS
): readonly (readonly boolean[])[] {
  const { rows, columns } = untotalled;
  let hidden = counts.map((line, row) =>
    line.map((_, column) => rows[row] === true || columns[column] === true)
  );
  for (;;) {
    hidden = closeLines(counts, hidden, hide);
    const place = hide([0]).includes(true) ? determinedCell(hidden, untotalled) : null;
    const partner = place && smallestShown(counts, hidden, place);
    const line = partner && hidden[partner.row];
    if (!partner || !line) return hidden;
    line[partner.column] = true;
  }
}

function closeLines(
  counts: readonly (readonly number[])[],
  before: readonly (readonly boolean[])[],
  hide: HideCells
): boolean[][] {
  const hidden = counts.map((line, row) => hide(line, before[row]));
  const closedColumns = (counts[0] ?? []).map((_, column) =>
    hide(
      counts.map(line => line[column] ?? 0),
      hidden.map(line => line[column] ?? false)
    )
  );
  const after = hidden.map((line, row) =>
    line.map((isHidden, column) => isHidden || closedColumns[column]?.[row] === true)
  );
  const isSame = after.every((line, row) => line.every((cell, at) => cell === hidden[row]?.[at]));
  return isSame ? hidden : closeLines(counts, after, hide);
}

// In the row or column of a place; null when both are hidden whole.
function smallestShown(
  counts: readonly (readonly number[])[],
  hidden: readonly (readonly boolean[])[],
  { row, column }: Place
): Place | null {
  const places = [
    ...(counts[row] ?? []).map((_, at) => ({ row, column: at })),
    ...counts.map((_, at) => ({ row: at, column }))
  ].filter(place => hidden[place.row]?.[place.column] === false);
  const countAt = (place: Place) => counts[place.row]?.[place.column] ?? 0;
  return places.sort((a, b) => countAt(a) - countAt(b))[0] ?? null;
}
