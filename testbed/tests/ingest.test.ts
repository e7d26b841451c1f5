import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { DataSource, takeSnapshot } from '@wardbook/hospital';
import { Dictionary } from '@wardbook/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const CSV = at('notebooks/demo/data/south.csv');
const PROCESS = at('server/hospital/dist/data/ingest-process.js');

/** Statements that a locked engine must refuse: files, network, extensions, settings, other databases. */
const ESCAPES = (folder: string) => [
  `COPY source TO '${folder}/leak.csv'`,
  `COPY (SELECT 1) TO '${folder}/leak.parquet' (FORMAT parquet)`,
  `EXPORT DATABASE '${folder}/leak'`,
  `ATTACH '${folder}/leak.db'`,
  `ATTACH '${folder}/leak.db' AS other; SELECT 1`,
  `SELECT * FROM read_csv('/etc/passwd')`,
  `SELECT * FROM read_text('/etc/passwd')`,
  `SELECT * FROM read_blob('${CSV}')`,
  `SELECT * FROM read_parquet('https://example.org/x.parquet')`,
  `SELECT * FROM '${CSV}'`,
  `SELECT * FROM glob('/etc/*')`,
  `INSTALL httpfs`,
  `LOAD httpfs`,
  `LOAD '${folder}/evil.duckdb_extension'`,
  `FORCE INSTALL httpfs`,
  `SET enable_external_access = true`,
  `SET lock_configuration = false`,
  `SET allow_community_extensions = true`,
  `SET temp_directory = '${folder}'`,
  `RESET enable_external_access`,
  `PRAGMA temp_directory = '${folder}'`,
  `CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')`,
  `IMPORT DATABASE '${folder}'`
];

describe('reading a hospital’s file', () => {
  let folder = '';
  let dictionary: Dictionary;
  let mapping: unknown;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-ingest-'));
    const read = async (path: string) => JSON.parse(await readFile(at(path), 'utf8')) as unknown;
    dictionary = Dictionary.parse(await read('notebooks/demo/dictionary.json'));
    const { hospitals } = (await read('notebooks/demo/federation.json')) as {
      hospitals: { id: string; data: { mapping: unknown } }[];
    };
    mapping = hospitals.find(({ id }) => id === 'south')?.data.mapping;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const source = (file: string, format: string) =>
    DataSource.parse({ file, format, person: 'pid', mapping });

  it('gives the same table from Parquet as from CSV', async () => {
    const parquet = join(folder, 'south.parquet');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(
      `COPY (SELECT * FROM read_csv('${CSV}')) TO '${parquet}' (FORMAT parquet)`
    );
    const secret = randomBytes(32);
    const [csv, columnar] = await Promise.all([
      takeSnapshot(source(CSV, 'csv'), dictionary, secret),
      takeSnapshot(source(parquet, 'parquet'), dictionary, secret)
    ]);
    expect(columnar.patients).toBe(414);
    expect(columnar.table.columns).toEqual(csv.table.columns);
    expect(columnar.report).toEqual(csv.report);
  });

  it('lets no statement out of the engine', async () => {
    for (const select of ESCAPES(folder))
      expect(await ask(select), select).toEqual({ error: 'unreadable' });
    expect((await readdir(folder)).filter(name => name.startsWith('leak'))).toEqual([]);
    // The engine itself works: what fails above fails because it is refused.
    expect(await ask('SELECT CAST(COUNT(*) AS DOUBLE) FROM source')).toMatchObject({ rows: 1 });
  });

  it('reads files of every bad kind without ending: DATA_UNREADABLE, DATA_INVALID', async () => {
    const refused = expect.objectContaining({
      code: expect.stringMatching(/^DATA_/) as string
    }) as Error;
    const files: Record<string, string | Buffer> = {
      'empty.csv': '',
      'binary.csv': randomBytes(10_000),
      'other.csv': 'a,b\n1,2\n',
      'quote.csv': 'pid,age\n"1,2\n'
    };
    for (const [name, content] of Object.entries(files)) {
      const file = join(folder, name);
      await writeFile(file, content);
      await expect(
        takeSnapshot(source(file, 'csv'), dictionary, randomBytes(32)),
        name
      ).rejects.toThrow(refused);
    }
    await expect(
      takeSnapshot(source(join(folder, 'absent.csv'), 'csv'), dictionary, randomBytes(32))
    ).rejects.toThrow(refused);
    await expect(
      takeSnapshot(source(join(folder, 'binary.csv'), 'parquet'), dictionary, randomBytes(32))
    ).rejects.toThrow(refused);
  });
});

/** What the ingest process answers to a select of its own. */
async function ask(select: string): Promise<unknown> {
  const child = fork(PROCESS, { stdio: 'ignore' });
  const answered = once(child, 'message') as Promise<unknown[]>;
  child.send({
    file: CSV,
    format: 'csv',
    select,
    columns: [{ name: 'n', kind: 'number' }],
    maxRows: 10_000,
    memoryMiB: 512
  });
  const [reply] = await answered;
  child.kill();
  return reply;
}
