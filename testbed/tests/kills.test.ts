import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FederationProcess, LabClient, type Room } from '@wardbook/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const CLI = fileURLToPath(new URL('../../server/cli/dist/main.js', import.meta.url));
const RESULT = 'application/vnd.wardbook.result.v1+json';
/** Kills of each kind; `npm run test:kills:full` makes 20 of each. */
const KILLS = Number(process.env['WARDBOOK_KILLS'] ?? 3);
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

  /** Runs a fresh notebook, kills `name` within 1.5 s, and waits for the end of every cell. */
  const disturbed = async (name: string) => {
    const { cells, patients } = cellsOf((round += 1));
    const { path } = (await client().call('POST', 'api/contents', { type: 'notebook' })) as {
      path: string;
    };
    await client().call('PUT', `api/contents/${path}`, notebookOf(cells));
    const info = await client().open(path);
    const room = await client().join(info);
    await client().call('POST', 'wardbook/execute', {
      document: info.document,
      cells: Object.keys(cells)
    });
    await new Promise(resolve => setTimeout(resolve, random() * 1_500));
    await federation.killAndAwaitRestart(name);
    const after = name === 'lab' ? await rejoin(path) : room;
    await after.until(
      seen => Object.keys(cells).every(cell => FINAL.includes(markOf(seen, cell))),
      90_000
    );
    const seen = after.cells();
    const ends = Object.keys(cells).map(cell => ({
      cell,
      end: markOf(after, cell),
      outputs: seen.find(({ id }) => id === cell)?.outputs ?? []
    }));
    await after.leave();
    return { ends, patients };
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
  const auditsHold = () => {
    for (const id of ['north', 'centre', 'south'])
      expect(
        execFileSync(process.execPath, [CLI, 'audit', 'verify', '--home', home, '--hospital', id], {
          encoding: 'utf8'
        })
      ).toMatch(/holds|verified|ok/i);
  };

  for (const name of ['coordinator', 'hospital:north'])
    it(`${name}: every cell ends with its one true result`, async () => {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const { ends, patients } = await disturbed(name);
        for (const { cell, end, outputs } of ends) {
          expect([cell, end, JSON.stringify(outputs.filter(isError))]).toEqual([
            cell,
            'done',
            '[]'
          ]);
          expect(resultsIn(outputs).map(patientsOf)).toEqual([patients]);
        }
      }
      auditsHold();
    });

  it('lab: every cell ends in one state, and the notebook shows which', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { ends, patients } = await disturbed('lab');
      for (const { end, outputs } of ends) {
        const results = resultsIn(outputs).map(patientsOf);
        if (end === 'done') expect(results).toEqual([patients]);
        if (end === 'failed') expect([results, outputs.some(isError)]).toEqual([[], true]);
        if (end === 'aborted') expect(outputs).toEqual([]);
      }
    }
    auditsHold();
  });
});

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

function resultsIn(outputs: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  return outputs.flatMap(output => {
    const data = (output['data'] ?? {}) as Record<string, Record<string, unknown>>;
    return data[RESULT] === undefined ? [] : [data[RESULT]];
  });
}

/** Patients behind a result, whatever the analysis calls them. */
function patientsOf({ values }: Record<string, unknown>): number {
  const { n, patients, groups } = values as {
    n?: number;
    patients?: number[];
    groups?: { n: number }[];
  };
  if (groups !== undefined) return groups.reduce((sum, group) => sum + group.n, 0);
  return patients?.[0] ?? n ?? Number.NaN;
}
