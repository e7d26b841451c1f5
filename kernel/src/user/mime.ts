import { inspect } from 'node:util';

/** Data by MIME type, and metadata. */
export interface MimeBundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const DISPLAY = Symbol.for('Jupyter.display');
const LONGEST_TEXT = 100_000;

/**
 * What a value looks like in a notebook: its own `Symbol.for('Jupyter.display')` bundle, HTML for danfo frames,
 * and always plain text without colour codes.
 */
export async function mimeOf(value: unknown): Promise<MimeBundle> {
  const own = await ownDisplay(value);
  if (own !== null) return { data: own, metadata: {} };
  const plain = cut(
    typeof value === 'string'
      ? inspect(value)
      : inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 })
  );
  const frame = frameOf(value);
  if (frame === null) return { data: { 'text/plain': plain }, metadata: {} };
  return { data: { 'text/html': frameHtml(frame), 'text/plain': frameText(frame) }, metadata: {} };
}

async function ownDisplay(value: unknown): Promise<Record<string, unknown> | null> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return null;
  const method: unknown = Reflect.get(value, DISPLAY);
  if (typeof method !== 'function') return null;
  const bundle: unknown = await (method as () => unknown).call(value);
  return typeof bundle === 'object' && bundle !== null ? { ...bundle } : null;
}

interface FrameLike {
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
  readonly index: readonly unknown[];
}

// danfo frames and series are known by their shape: importing danfo here would cost every cell.
function frameOf(value: unknown): FrameLike | null {
  if (
    typeof value !== 'object' ||
    value === null ||
    !('$data' in value || '$dataIncolumnFormat' in value)
  )
    return null;
  const { columns, values, index } = value as {
    columns?: unknown;
    values?: unknown;
    index?: unknown;
  };
  if (!Array.isArray(columns) || !Array.isArray(values) || !Array.isArray(index)) return null;
  return {
    columns: columns.map(String),
    index,
    values: values.map((row: unknown) => (Array.isArray(row) ? (row as unknown[]) : [row]))
  };
}

const ROWS_SHOWN = 60;

function frameHtml(frame: FrameLike): string {
  const cells = (row: readonly unknown[]) =>
    row.map(cell => `<td>${escapeHtml(shown(cell))}</td>`).join('');
  const rows = frame.values
    .slice(0, ROWS_SHOWN)
    .map((row, at) => `<tr><th>${escapeHtml(shown(frame.index[at]))}</th>${cells(row)}</tr>`);
  const more =
    frame.values.length > ROWS_SHOWN
      ? `<p>${frame.values.length} rows, the first ${ROWS_SHOWN} shown</p>`
      : '';
  return `<table><thead><tr><th></th>${frame.columns.map(name => `<th>${escapeHtml(name)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>${more}`;
}

function frameText(frame: FrameLike): string {
  const lines = [frame.columns, ...frame.values.slice(0, ROWS_SHOWN).map(row => row.map(shown))];
  const widths = frame.columns.map((_, column) =>
    Math.max(...lines.map(line => (line[column] ?? '').length))
  );
  return lines
    .map(line => line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '))
    .join('\n');
}

function shown(cell: unknown): string {
  if (typeof cell === 'number') return Number.isInteger(cell) ? String(cell) : cell.toPrecision(6);
  return typeof cell === 'string' ? cell : inspect(cell);
}

/** Text made safe inside HTML. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT
    ? `${text.slice(0, LONGEST_TEXT)}\n… ${text.length - LONGEST_TEXT} more characters`
    : text;
}
