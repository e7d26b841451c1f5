import { readFileSync } from 'node:fs';
import { Dictionary } from '@wardbook/protocol';
import type { Column, Table } from '../table.js';

const DEMO = new URL('../../../notebooks/demo/', import.meta.url);

/** Dictionary of the demo study. */
export const dictionary = Dictionary.parse(
  JSON.parse(readFileSync(new URL('dictionary.json', DEMO), 'utf8'))
);

type Row = Readonly<Record<string, string>>;

/** Rows of one of the demo's hospital files. */
export function readRows(hospital: 'north' | 'centre' | 'south'): Row[] {
  const [header = '', ...lines] = readFileSync(new URL(`data/${hospital}.csv`, DEMO), 'utf8')
    .trimEnd()
    .split('\n');
  const names = header.split(',');
  return lines.map(line =>
    Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell]))
  );
}

const SIZES: Readonly<Record<string, string>> = {
  '<=20': 'le20',
  '20-50': '20to50',
  '>50': 'gt50'
};

/** A table of the demo's dictionary from Rotterdam rows; the mapping is written here a second time on purpose. */
export function tableOf(rows: readonly Row[]): Table {
  const numbers = (read: (row: Row) => number): Column => ({
    kind: 'number',
    values: Float64Array.from(rows, read)
  });
  const levels = (codes: readonly string[], read: (row: Row) => string): Column => ({
    kind: 'levels',
    levels: codes,
    codes: Int16Array.from(rows, row => codes.indexOf(read(row)))
  });
  const columns = new Map<string, Column>();
  for (const name of ['age', 'year', 'meno', 'nodes', 'pgr', 'er', 'hormon', 'chemo'])
    columns.set(
      name,
      numbers(row => Number(row[name]))
    );
  columns.set(
    'size',
    levels(['le20', '20to50', 'gt50'], row => SIZES[row['size'] ?? ''] ?? '')
  );
  columns.set(
    'grade',
    levels(['1-2', '3'], row => (row['grade'] === '3' ? '3' : '1-2'))
  );
  columns.set(
    'rfs',
    numbers(row => Math.max(Number(row['recur']), Number(row['death'])))
  );
  columns.set(
    'rfs_days',
    numbers(row => Number(row['recur'] === '1' ? row['rtime'] : row['dtime']))
  );
  return { rows: rows.length, persons: Int32Array.from(rows.keys()), columns };
}
