/** What the parent asks of the ingest process. `select` is compiled from typed rules only. */
export interface IngestRequest {
  readonly file: string;
  readonly format: 'csv' | 'parquet';
  readonly select: string;
  readonly columns: readonly { readonly name: string; readonly kind: 'number' | 'text' }[];
  readonly memoryMiB: number;
  readonly maxRows: number;
}

/** One column as the engine gave it. */
export type IngestColumn =
  | { readonly name: string; readonly kind: 'number'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'text'; readonly cells: readonly (string | null)[] };

/** The ingest process' only answer. */
export type IngestReply =
  | { readonly rows: number; readonly columns: readonly IngestColumn[] }
  | { readonly error: 'unreadable' | 'rows' };
