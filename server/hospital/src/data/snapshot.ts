import { fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Column, Table } from '@wardbook/analyses';
import {
  canonicalJson,
  wardbookError,
  type Dictionary,
  type Hash,
  type Variable
} from '@wardbook/protocol';
import type { DataSource } from '../config.js';
import type { IngestColumn, IngestReply, IngestRequest } from './ingest-messages.js';
import { compileRule, identifier } from './rules.js';

/** Per variable: how many rows are missing, out of the plausible range, or hold an unknown code. Stays in the hospital. */
export interface VariableReport {
  readonly variable: string;
  readonly missing: number;
  readonly outOfRange: number;
  readonly unknownCodes: number;
}

/** An immutable state of the hospital's data. */
export interface Snapshot {
  readonly id: Hash;
  readonly table: Table;
  readonly patients: number;
  readonly report: readonly VariableReport[];
}

/** Limits of the ingest process. */
export interface IngestLimits {
  readonly timeoutMs: number;
  readonly memoryMiB: number;
  readonly maxRows: number;
}

const LIMITS: IngestLimits = { timeoutMs: 120_000, memoryMiB: 2048, maxRows: 5_000_000 };
const PERSON = 'wardbook person';

/**
 * Reads the hospital's file through the locked engine in a process of its own, which ends afterwards.
 *
 * @param secret 32 bytes of the hospital: the snapshot id is keyed, so that nobody can test guesses
 * @throws DATA_UNREADABLE, DATA_INVALID, MAPPING_INVALID
 */
export async function takeSnapshot(
  source: DataSource,
  dictionary: Dictionary,
  secret: Uint8Array,
  limits: IngestLimits = LIMITS
): Promise<Snapshot> {
  for (const name of Object.keys(source.mapping))
    if (!dictionary.variables.some(variable => variable.name === name))
      throw wardbookError('MAPPING_INVALID', { variable: name });
  const expressions = dictionary.variables.map(variable => ({
    variable,
    sql: `CAST(${compileRule(source.mapping[variable.name] ?? { absent: true }, variable)} AS ${variable.type === 'category' ? 'VARCHAR' : 'DOUBLE'})`
  }));
  const selected = expressions.map(({ sql }) => sql);
  const reply = await runIngest(
    {
      file: source.file,
      format: source.format,
      select: `SELECT ${[`CAST(${identifier(source.person)} AS VARCHAR)`, ...selected].join(', ')} FROM source`,
      columns: [
        { name: PERSON, kind: 'text' },
        ...dictionary.variables.map(({ name, type }) => ({
          name,
          kind: type === 'category' ? ('text' as const) : ('number' as const)
        }))
      ],
      memoryMiB: limits.memoryMiB,
      maxRows: limits.maxRows
    },
    limits.timeoutMs
  );
  return build(reply, source, dictionary, secret);
}

function build(
  reply: Extract<IngestReply, { rows: number }>,
  source: DataSource,
  dictionary: Dictionary,
  secret: Uint8Array
): Snapshot {
  const [people, ...rest] = reply.columns;
  if (people?.kind !== 'text') throw wardbookError('DATA_INVALID');
  const persons = personIndex(people.cells, source);
  const columns = new Map<string, Column>();
  const report: VariableReport[] = [];
  const hash = createHmac('sha256', secret);
  hash.update(
    canonicalJson({ dictionary: dictionary.version, mapping: source.mapping, people: people.cells })
  );
  dictionary.variables.forEach((variable, index) => {
    const ingested = rest[index];
    if (ingested === undefined) throw wardbookError('DATA_INVALID', { variable: variable.name });
    const read = columnOf(variable, ingested);
    columns.set(variable.name, read.column);
    report.push({ variable: variable.name, ...read.report });
    const typed = read.column.kind === 'number' ? read.column.values : read.column.codes;
    hash.update(new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength));
  });
  return {
    id: hash.digest('hex') as Hash,
    table: { rows: reply.rows, persons, columns },
    patients: new Set(persons).size,
    report
  };
}

function personIndex(cells: readonly (string | null)[], source: DataSource): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(cells, cell => {
    if (cell === null || cell.trim() === '')
      throw wardbookError('DATA_INVALID', { column: source.person });
    const index = known.get(cell) ?? known.size;
    known.set(cell, index);
    return index;
  });
}

function columnOf(
  variable: Variable,
  ingested: IngestColumn
): { column: Column; report: Omit<VariableReport, 'variable'> } {
  if (ingested.kind === 'text') {
    const levels = variable.type === 'category' ? variable.levels.map(({ code }) => code) : [];
    const codes = Int16Array.from(ingested.cells, cell =>
      cell === null ? -1 : levels.indexOf(cell)
    );
    const missing = ingested.cells.filter(cell => cell === null).length;
    const unknownCodes = codes.filter(code => code < 0).length - missing;
    return {
      column: { kind: 'levels', codes, levels },
      report: { missing, outOfRange: 0, unknownCodes }
    };
  }
  const [min, max] = plausible(variable);
  let missing = 0;
  let outOfRange = 0;
  const values = ingested.values.map(value => {
    if (Number.isNaN(value)) missing += 1;
    else if (value >= min && value <= max && (min !== 0 || max !== 1 || Number.isInteger(value)))
      return value;
    else outOfRange += 1;
    return Number.NaN;
  });
  return { column: { kind: 'number', values }, report: { missing, outOfRange, unknownCodes: 0 } };
}

function plausible(variable: Variable): readonly [number, number] {
  if (variable.type === 'number' || variable.type === 'duration')
    return [variable.range.min, variable.range.max];
  return [0, 1];
}

async function runIngest(
  request: IngestRequest,
  timeoutMs: number
): Promise<Extract<IngestReply, { rows: number }>> {
  const child = fork(fileURLToPath(new URL('ingest-process.js', import.meta.url)), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
    // Nothing of this process' environment: no keys, no addresses.
    env: {}
  });
  const reply = await new Promise<IngestReply>(resolve => {
    const limit = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.once('message', message => resolve(message as IngestReply));
    child.once('exit', () => {
      clearTimeout(limit);
      resolve({ error: 'unreadable' });
    });
    child.send(request);
  });
  if ('rows' in reply) return reply;
  throw wardbookError(reply.error === 'rows' ? 'DATA_INVALID' : 'DATA_UNREADABLE', {
    problem: reply.error
  });
}
