import { inspect } from 'node:util';
import type { MimeBundle } from './mime.js';
import { cut, escapeHtml } from './plain-text.js';

const MOST_ROWS = 60;
const MOST_COLUMNS = 20;
const LONGEST_CELL = 200;

interface FrameLike {
  readonly columns: readonly string[];
  /** rows × columns */
  readonly values: readonly (readonly unknown[])[];
  readonly index: readonly unknown[];
  /** Columns as they are shown; the last of a cut frame is an ellipsis. */
  readonly shownColumns: readonly string[];
}

/** A danfo frame or series as a table; null for any other value. Known by shape: loading danfo would cost every cell. */
export function frameBundle(value: object): MimeBundle | null {
  const frame = frameOf(value);
  if (frame === null) return null;
  return { data: { 'text/html': html(frame), 'text/plain': plain(frame) }, metadata: {} };
}

function frameOf(value: object): FrameLike | null {
  if (!('$data' in value || '$dataIncolumnFormat' in value)) return null;
  const { columns, values, index } = value as {
    columns?: unknown;
    values?: unknown;
    index?: unknown;
  };
  if (!Array.isArray(columns) || !Array.isArray(values) || !Array.isArray(index)) return null;
  const names = columns.map(String);
  const shownColumns = names.length > MOST_COLUMNS ? [...names.slice(0, MOST_COLUMNS), '…'] : names;
  const rows = values.map((row: unknown) => (Array.isArray(row) ? (row as unknown[]) : [row]));
  return { columns: names, values: rows, index, shownColumns };
}

/** Row numbers that are shown; -1 stands for those left out. */
function rowsOf({ values }: FrameLike): number[] {
  const all = values.map((_, row) => row);
  if (all.length <= MOST_ROWS) return all;
  return [...all.slice(0, MOST_ROWS / 2), -1, ...all.slice(-MOST_ROWS / 2)];
}

function cells(frame: FrameLike, row: number): string[] {
  if (row < 0) return frame.shownColumns.map(() => '…');
  const values = frame.values[row] ?? [];
  const shown = values.slice(0, MOST_COLUMNS).map(value => cellText(value));
  return values.length > MOST_COLUMNS ? [...shown, '…'] : shown;
}

function html(frame: FrameLike): string {
  const head = frame.shownColumns.map(name => `<th>${escapeHtml(name)}</th>`).join('');
  const rows = rowsOf(frame).map(row => {
    const label = row < 0 ? '…' : cellText(frame.index[row]);
    const data = cells(frame, row).map(cell => `<td>${escapeHtml(cell)}</td>`);
    return `<tr><th>${escapeHtml(label)}</th>${data.join('')}</tr>`;
  });
  return `<table><thead><tr><th></th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table><p>${sizeOf(frame)}</p>`;
}

function plain(frame: FrameLike): string {
  const rows = rowsOf(frame).map(row => [
    row < 0 ? '…' : cellText(frame.index[row]),
    ...cells(frame, row)
  ]);
  const lines = [['', ...frame.shownColumns], ...rows];
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map(line => (line[column] ?? '').length))
  );
  const table = lines.map(line =>
    line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')
  );
  return [...table, sizeOf(frame)].join('\n');
}

function sizeOf({ values, columns }: FrameLike): string {
  const size = `${values.length} rows × ${columns.length} columns`;
  const parts = [
    ...(values.length > MOST_ROWS ? [`the first and last ${MOST_ROWS / 2} rows`] : []),
    ...(columns.length > MOST_COLUMNS ? [`the first ${MOST_COLUMNS} columns`] : [])
  ];
  return parts.length === 0 ? size : `${size}; ${parts.join(' and ')} are shown`;
}

function cellText(value: unknown): string {
  if (typeof value === 'number')
    return Number.isInteger(value) || !Number.isFinite(value)
      ? String(value)
      : value.toPrecision(6);
  return cut(typeof value === 'string' ? value : inspect(value, { depth: 1 }), LONGEST_CELL);
}
