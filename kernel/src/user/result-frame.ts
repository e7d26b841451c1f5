import { createRequire } from 'node:module';
import type { Result } from '@wardbook/protocol';

type Row = Readonly<Record<string, unknown>>;

/** The main numbers of a result as a danfo.js data frame. danfo is loaded at the first use: it is large. */
export function frameOfResult(result: Result): Promise<unknown> {
  const danfo = createRequire(import.meta.url)('danfojs-node') as {
    DataFrame: new (rows: Row[]) => unknown;
  };
  return Promise.resolve(new danfo.DataFrame(rowsOf(result)));
}

/** Rows of the main table of each analysis; the presentation's first table where there is no other. */
export function rowsOf(result: Result): Row[] {
  const { analysis } = result.plan;
  const values: Row = result.values;
  if (analysis === 'kaplan-meier') return list(values['groups']).flatMap(curveRows);
  if (analysis === 'cox-regression')
    return list(values['coefficients']).map(row => {
      const estimate = (row['estimate'] ?? {}) as Row;
      return {
        term: [row['variable'], row['level']].filter(part => typeof part === 'string').join(' '),
        hazardRatio: estimate['hazardRatio'],
        lower: estimate['lower'],
        upper: estimate['upper'],
        p: estimate['p']
      };
    });
  if (analysis === 'count')
    return list(values['rows']).map(row => ({
      level: row['level'] ?? 'missing',
      patients: row['n']
    }));
  return tableRows(result);
}

function curveRows(group: Row): Row[] {
  const curve = (group['curve'] ?? {}) as Record<string, readonly unknown[]>;
  return (curve['timeDays'] ?? []).map((timeDays, cell) => ({
    group: group['level'] ?? 'all',
    timeDays,
    atRisk: curve['atRisk']?.[cell],
    events: curve['events']?.[cell],
    survival: curve['survival']?.[cell],
    lower: curve['lower']?.[cell],
    upper: curve['upper']?.[cell]
  }));
}

function tableRows(result: Result): Row[] {
  const [table] = result.tables;
  return (table?.rows ?? []).map(row => ({
    label: row.label.en,
    ...Object.fromEntries(
      row.cells.map((cell, at) => [
        table?.columns[at]?.en ?? String(at),
        cell.kind === 'number' ? cell.value : cell.kind === 'text' ? cell.text.en : cell.kind
      ])
    )
  }));
}

function list(value: unknown): Row[] {
  return Array.isArray(value) ? (value as Row[]) : [];
}
