import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAudit, type AuditRecord } from '@wardbook/hospital';
import { Result } from '@wardbook/protocol';
import { FederationProcess, LabClient, type Room } from '@wardbook/testbed';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const CLI = fileURLToPath(new URL('../../server/cli/dist/main.js', import.meta.url));
const RESULT = 'application/vnd.wardbook.result.v1+json';
/** Kills of each kind; `npm run test:kills:full` makes 20 of each. */
const KILLS = Number(process.env['WARDBOOK_KILLS'] ?? 3);
/** Longest time between the begin of a cell and the kill: about what a Cox model takes. */
const STRIKE_WITHIN_MS = 100;
const THREE = ['north', 'centre', 'south'];
const FINAL = ['done', 'failed', 'aborted'];

// A Lehmer generator: the moments of a run can be had again with WARDBOOK_SEED.
let seed = Number(process.env['WARDBOOK_SEED'] ?? 20_261_124) % 2_147_483_647;
const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;

const PATIENTS = ['north', 'centre', 'south'].flatMap(id => {
  const file = readFileSync(join(DEMO, 'data', `${id}.csv`), 'utf8');
  const [head = '', ...lines] = file.trimEnd().split('\n');
  const [year, age] = ['year', 'age'].map(name => head.split(',').indexOf(name));
  return lines.map(line => {
    const cells = line.split(',');
    return { year: Number(cells[year ?? -1]), age: Number(cells[age ?? -1]) };
  });
});

/** A question of its own in every round, so that no stored result answers it. */
function cellsOf(round: number): { cells: Record<string, string>; patients: number } {
  const [from, to] = [1978 + (round % 5), 1993 - (Math.floor(round / 5) % 4)];
  const young = 15 + 5 * Math.floor(round / 20);
  const cohort = `cohort: { and: [{ variable: 'year', ge: ${from} }, { variable: 'year', lt: ${to} }, { variable: 'age', ge: ${young} }] }`;
  const magic = (name: string, call: string) => `%%federated breast-relapse as ${name}\n${call}`;
  return {
    cells: {
      count: magic('a', `count({ by: 'size', ${cohort} })`),
      table: magic('b', `describe({ variables: ['age', 'nodes'], by: 'grade', ${cohort} })`),
      km: magic('c', `kaplanMeier({ event: 'rfs', by: 'size', mode: 'grid', ${cohort} })`),
      cox: magic(
        'd',
        `coxRegression({ event: 'rfs', covariates: ['age', 'size', 'nodes'], mode: 'stratified', ${cohort} })`
      )
    },
    patients: PATIENTS.filter(({ year, age }) => year >= from && year < to && age >= young).length
  };
}

describe('kill -9 in the middle of a running notebook', () => {
  let home = '';
  let federation: FederationProcess;
  let round = 0;
  const client = () => {
    const ana = federation.ready.users.find(({ name }) => name === 'ana');
    return new LabClient(federation.ready.url ?? '', ana?.token ?? '');
  };
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-kills-'));
    federation = await FederationProcess.start({ folder: DEMO, home, lab: true });
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  /** Puts a fresh notebook into the lab and runs all its cells. */
  const begin = async (cells: Record<string, string>) => {
    const { path } = (await client().call('POST', 'api/contents', { type: 'notebook' })) as {
      path: string;
    };
    await client().call('PUT', `api/contents/${path}`, notebookOf(cells));
    const info = await client().open(path);
    const room = await client().join(info);
    const ids = Object.keys(cells);
    await client().call('POST', 'wardbook/execute', { document: info.document, cells: ids });
    return { path, room };
  };

  /** Runs a fresh notebook, kills `name` while a random cell of it runs, and waits for the end of every cell. */
  const disturbed = async (name: string) => {
    const { cells, patients } = cellsOf((round += 1));
    const ids = Object.keys(cells);
    const { path, room } = await begin(cells);
    const struck = ids[Math.floor(random() * ids.length)] ?? '';
    await room.until(seen => !['', 'queued'].includes(markOf(seen, struck)), 60_000);
    await new Promise(resolve => setTimeout(resolve, random() * STRIKE_WITHIN_MS));
    // Stopped first, so that what is read is what the killed process leaves behind.
    process.kill(federation.pid(name), 'SIGSTOP');
    const promised = promisedCells(home);
    const finished = ids.filter(cell => markOf(room, cell) === 'done');
    const inTheMiddle = !ids.every(cell => FINAL.includes(markOf(room, cell)));
    await federation.killAndAwaitRestart(name);
    const after = name === 'lab' ? await rejoin(path) : room;
    await after.until(seen => ids.every(cell => FINAL.includes(markOf(seen, cell))), 90_000);
    const seen = after.cells();
    const ends = ids.map(cell => ({
      cell,
      end: markOf(after, cell),
      mustBeDone: finished.includes(cell) || promised.includes(cell),
      outputs: seen.find(({ id }) => id === cell)?.outputs ?? []
    }));
    await after.leave();
    return { ends, patients, inTheMiddle };
  };
  const rejoin = async (path: string) => {
    for (
      const deadline = Date.now() + 30_000;
      ;
      await new Promise(resolve => setTimeout(resolve, 100))
    )
      try {
        return await client().join(await client().open(path));
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
  };
  /** Every log is whole, and each hospital gave to each run in it exactly once. */
  const auditsHold = (results: readonly Result[]) => {
    for (const hospital of THREE) {
      const verify = ['audit', 'verify', '--home', home, '--hospital', hospital];
      expect(execFileSync(process.execPath, [CLI, ...verify], { encoding: 'utf8' })).toMatch(
        /^\w+: \d+ records, unbroken and signed$/m
      );
      const records = readAudit(join(home, 'hospitals', hospital, 'state')).map(
        ({ record }) => JSON.parse(record) as AuditRecord
      );
      for (const { run, planHash, provenance } of results) {
        const rounds = Array.from({ length: provenance.rounds }, (_, at) => at);
        const given = records.filter(record => record.run === run);
        const of = (event: string) =>
          given.filter(record => record.event === event).map(record => record.round);
        expect([hospital, run, of('contribution')]).toEqual([hospital, run, rounds]);
        expect([hospital, run, of('release').length]).toEqual([hospital, run, 1]);
        const asked = records.filter(record => record.planHash === planHash);
        expect([...new Set(asked.map(record => record.run))]).toEqual([run]);
      }
    }
  };
  /** Kills `name` again and again; `judge` looks at the end of every cell. */
  const killing = async (name: string, judge: (end: End, patients: number) => void) => {
    const results: Result[] = [];
    let [hits, owed] = [0, 0];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { ends, patients, inTheMiddle } = await disturbed(name);
      for (const end of ends) judge(end, patients);
      results.push(...ends.flatMap(({ outputs }) => resultsIn(outputs)));
      hits += Number(inTheMiddle);
      owed += ends.filter(({ mustBeDone }) => mustBeDone).length;
    }
    expect(hits, 'kills in the middle of a notebook').toBeGreaterThan(KILLS / 2);
    expect(owed, 'cells with something to lose').toBeGreaterThan(0);
    auditsHold(results);
  };
  const isDone = ({ cell, end, outputs }: End, patients: number) => {
    const errors = outputs.filter(isError);
    expect({ cell, end, errors }).toEqual({ cell, end: 'done', errors: [] });
    expect([cell, ...resultsIn(outputs).map(patientsOf)]).toEqual([cell, patients]);
  };

  it.each(['coordinator', 'hospital:north'])(
    '%s: every cell ends with its one true result',
    async name => {
      await killing(name, isDone);
    }
  );

  it('lab: what was finished or asked ends done; the rest failed with its reason or was not run', async () => {
    await killing('lab', (cell, patients) => {
      if (cell.mustBeDone || cell.end === 'done') isDone(cell, patients);
      else if (cell.end === 'failed')
        expect([resultsIn(cell.outputs), cell.outputs.some(isError)]).toEqual([[], true]);
      else expect([cell.end, cell.outputs]).toEqual(['aborted', []]);
    });
  });
});

interface End {
  readonly cell: string;
  readonly end: string;
  /** It was finished, or the lab's journal holds a question of it, at the moment of the kill. */
  readonly mustBeDone: boolean;
  readonly outputs: readonly Record<string, unknown>[];
}

/** Cells whose federated question the lab has on disk. */
function promisedCells(home: string): string[] {
  const journal = new Database(join(home, 'lab', 'state', 'executions.db'), { readonly: true });
  try {
    const rows = journal
      .prepare('SELECT DISTINCT cell FROM executions JOIN requests ON execution = id')
      .all() as { cell: string }[];
    return rows.map(({ cell }) => cell);
  } finally {
    journal.close();
  }
}

function notebookOf(cells: Record<string, string>) {
  const content = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: Object.entries(cells).map(([id, source]) => ({
      id,
      source,
      cell_type: 'code',
      metadata: {},
      outputs: [],
      execution_count: null
    }))
  };
  return { type: 'notebook', format: 'json', content };
}

function markOf(room: Room, cell: string): string {
  return room.doc.getMap<{ state: string }>('executions').get(cell)?.state ?? '';
}

const isError = (output: Record<string, unknown>) => output['output_type'] === 'error';

function resultsIn(outputs: readonly Record<string, unknown>[]): Result[] {
  return outputs.flatMap(output => {
    const data = (output['data'] ?? {}) as Record<string, unknown>;
    return data[RESULT] === undefined ? [] : [Result.parse(data[RESULT])];
  });
}

/** Patients behind a result, whatever the analysis calls them. */
function patientsOf({ values }: Result): number {
  const { n, patients, groups } = values as {
    n?: number;
    patients?: number[];
    groups?: { n: number }[];
  };
  if (groups !== undefined) return groups.reduce((sum, group) => sum + group.n, 0);
  return patients?.[0] ?? n ?? Number.NaN;
}
