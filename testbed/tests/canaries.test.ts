import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FederationProcess,
  LabClient,
  canariesIn,
  canaryForms,
  demoPlan,
  memberClient,
  plantCanaries,
  randomPlan,
  searchCanaries,
  seededRandom,
  spoiledPlan
} from '@wardbook/testbed';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const FLAGSHIP = fileURLToPath(new URL('../../notebooks/01-relapse-risk.ipynb', import.meta.url));
const PLANS = Number(process.env['WARDBOOK_CANARY_PLANS'] ?? 1000);
const SEED = Number(process.env['WARDBOOK_SEED'] ?? 20_261_124);

/** A federation with planted canaries; what its hospitals send and print lies in `record`. */
async function planted(home: string, ages: 'first' | 'all', lab: boolean) {
  const record = join(home, 'record');
  await mkdir(record, { recursive: true });
  return FederationProcess.start({
    folder: await plantCanaries(DEMO, join(home, 'study'), ages),
    home: join(home, 'state'),
    lab,
    env: { WARDBOOK_RECORD: join(record, 'sent') }
  });
}

describe('the search for canaries', () => {
  it('finds every form of every canary in other bytes', () => {
    const noise = Buffer.alloc(1000, 7);
    expect(canariesIn(noise)).toEqual([]);
    for (const { name, bytes } of canaryForms())
      expect(canariesIn(Buffer.concat([noise, bytes, noise]))).toContain(name);
  });

  it('finds a canary that does leave: the mean age where everybody has the canary’s', async () => {
    const home = await mkdtemp(join(tmpdir(), 'wardbook-leak-'));
    const federation = await planted(home, 'all', false);
    try {
      const client = await memberClient(federation.ready.home, 'ana');
      expect(await client.ask(demoPlan('describe', { variables: ['age'] }))).toBe('released');
      const { hits } = await searchCanaries(join(home, 'record'));
      for (const hospital of ['north', 'centre', 'south'])
        expect(hits).toEqual(
          expect.arrayContaining([`sent-${hospital}: age text`, `sent-${hospital}.plain: age text`])
        );
      expect((await searchCanaries(join(home, 'state', 'coordinator'))).hits).not.toEqual([]);
    } finally {
      await federation[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    }
  });
});

describe('canaries', () => {
  let home = '';
  let federation: FederationProcess;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-canary-'));
    federation = await planted(home, 'first', true);
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it(`never leave a hospital over the flagship notebook and ${PLANS} random valid and invalid plans`, async () => {
    await runFlagship(federation);
    const random = seededRandom(SEED);
    const client = await memberClient(federation.ready.home, 'ana');
    const states = new Map<string, number>();
    for (let index = 0; index < PLANS; index += 1) {
      const plan = random() < 0.6 ? randomPlan(random) : spoiledPlan(random);
      const state = await client.ask(plan);
      states.set(state, (states.get(state) ?? 0) + 1);
    }
    // The run must have done real work, else the search below proves nothing.
    expect(
      states.get('released') ?? 0,
      `seed ${SEED}: ${JSON.stringify([...states])}`
    ).toBeGreaterThan(PLANS / 10);

    const sent = await searchCanaries(join(home, 'record'));
    expect(sent.hits, `seed ${SEED}`).toEqual([]);
    expect(sent.bytes).toBeGreaterThan(100_000);
    for (const place of ['coordinator', 'lab', 'members', 'study']) {
      const kept = await searchCanaries(join(home, 'state', place));
      expect(kept.hits, `${place}, seed ${SEED}`).toEqual([]);
      expect(kept.bytes, place).toBeGreaterThan(0);
    }
    const printed = Buffer.from([...federation.log, ...federation.lines].join('\n'));
    expect(canariesIn(printed), `logs, seed ${SEED}`).toEqual([]);
    expect(printed.includes('"event":"ready"')).toBe(true);
  });
});

/** Runs every cell of the flagship notebook at the lab; every one must end well. */
async function runFlagship(federation: FederationProcess): Promise<void> {
  const { url, users } = federation.ready;
  const lab = new LabClient(url ?? '', users.find(({ name }) => name === 'ana')?.token ?? '');
  const content = JSON.parse(await readFile(FLAGSHIP, 'utf8')) as {
    cells: { id: string; cell_type: string }[];
  };
  await lab.call('PUT', 'api/contents/flagship.ipynb', { type: 'notebook', content });
  const info = await lab.open('flagship.ipynb');
  const room = await lab.join(info);
  const cells = content.cells.filter(cell => cell.cell_type === 'code').map(({ id }) => id);
  await lab.call('POST', 'wardbook/execute', { document: info.document, cells });
  const marks = room.doc.getMap<{ state: string }>('executions');
  await room.until(
    () => cells.every(id => /done|failed|aborted/.test(marks.get(id)?.state ?? '')),
    120_000
  );
  expect(cells.map(id => marks.get(id)?.state)).toEqual(cells.map(() => 'done'));
  await room.leave();
}
