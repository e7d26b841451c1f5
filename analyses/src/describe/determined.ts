/** Lines of a two-way table whose totals are not shown. */
export interface UntotalledLines {
  readonly rows: readonly boolean[];
  readonly columns: readonly boolean[];
}

/** A cell of a two-way table. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

interface Edge {
  readonly place: Place;
  readonly ends: readonly [number, number];
}

/**
 * A hidden cell that the totals determine although every line hides two: with lines as points and hidden cells as
 * edges between them, a cell is determined exactly when its edge lies on no cycle (a bridge). Lines without a
 * shown total are one point, since only their sum is known.
 *
 * @param hidden hidden[row][column]
 * @returns null when there is none
 * @see D. Gusfield, SIAM Journal on Computing 17 (1988) 552–571
 */
export function determinedCell(
  hidden: readonly (readonly boolean[])[],
  { rows, columns }: UntotalledLines
): Place | null {
  const ROWS = 0;
  const COLUMNS = 1;
  const pointOfRow = (row: number) => (rows[row] ? ROWS : 2 + row);
  const pointOfColumn = (column: number) =>
    columns[column] ? COLUMNS : 2 + hidden.length + column;
  const edges = hidden.flatMap((cells, row) =>
    cells.flatMap((isHidden, column): Edge[] =>
      isHidden ? [{ place: { row, column }, ends: [pointOfRow(row), pointOfColumn(column)] }] : []
    )
  );
  return firstBridge(edges);
}

// Depth-first search with the lowest point that a subtree reaches past its own edge (Tarjan 1974).
function firstBridge(edges: readonly Edge[]): Place | null {
  const around = new Map<number, Edge[]>();
  for (const edge of edges)
    for (const end of edge.ends) around.set(end, [...(around.get(end) ?? []), edge]);
  const order = new Map<number, number>();
  let bridge: Place | null = null;
  const visit = (point: number, from: Edge | null): number => {
    const own = order.size;
    order.set(point, own);
    let lowest = own;
    for (const edge of around.get(point) ?? []) {
      if (edge === from) continue;
      const other = edge.ends[0] === point ? edge.ends[1] : edge.ends[0];
      const seen = order.get(other);
      const reached = seen ?? visit(other, edge);
      if (seen === undefined && reached > own) bridge ??= edge.place;
      lowest = Math.min(lowest, reached);
    }
    return lowest;
  };
  for (const point of around.keys()) if (!order.has(point)) visit(point, null);
  return bridge;
}
