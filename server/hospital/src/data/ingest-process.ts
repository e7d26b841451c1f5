import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { IngestReply, IngestRequest } from './ingest-messages.js';

/** Lock-down after the file was loaded: order matters, and no directory is allowed. */
const LOCK_DOWN = [
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  'SET allow_community_extensions = false',
  "SET max_temp_directory_size = '0KB'",
  'SET enable_external_access = false',
  'SET lock_configuration = true'
];

/** Loads one file into memory, locks the engine, then answers the compiled select. */
async function ingest(request: IngestRequest): Promise<IngestReply> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${request.memoryMiB}MB`
  });
  const connection = await instance.connect();
  await load(connection, request);
  for (const statement of LOCK_DOWN) await connection.run(statement);
  const reader = await connection.runAndReadAll(request.select);
  if (reader.currentRowCount > request.maxRows) return { error: 'rows' };
  const columns = reader.getColumns();
  return {
    rows: reader.currentRowCount,
    columns: request.columns.map(({ name, kind }, index) => {
      const cells = columns[index] ?? [];
      return kind === 'text'
        ? { name, kind, cells: cells.map(cell => (cell === null ? null : String(cell))) }
        : {
            name,
            kind,
            values: Float64Array.from(cells, cell => (typeof cell === 'number' ? cell : Number.NaN))
          };
    })
  };
}

async function load(connection: DuckDBConnection, request: IngestRequest): Promise<void> {
  const file = `'${request.file.replaceAll("'", "''")}'`;
  const source =
    request.format === 'csv'
      ? `read_csv(${file}, all_varchar = true, header = true, auto_detect = true)`
      : `read_parquet(${file})`;
  await connection.run(`CREATE TABLE source AS SELECT * FROM ${source}`);
}

process.on('message', (message: IngestRequest) => {
  ingest(message)
    .catch((): IngestReply => ({ error: 'unreadable' }))
    .then(reply => process.send?.(reply, () => process.disconnect()))
    .catch(() => process.disconnect());
});
