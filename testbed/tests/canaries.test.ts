import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FederationProcess,
  LabClient,
  canaryForms,
  memberClient,
  plantCanaries,
  randomPlan,
  seededRandom,
  spoiledPlan
} from '@wardbook/testbed';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const FLAGSHIP = fileURLToPath(new URL('../../notebooks/01-relapse-risk.ipynb', import.meta.url));
const PLANS = Number(process.env['WARDBOOK_CANARY_PLANS'] ?? 1000);
const SEED = Number(process.env['WARDBOOK_SEED'] ?? 20_261_124);

describe('canaries', () => {
  let home = '';
  let federation: FederationProcess;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-canary-'));
    const folder = await plantCanaries(DEMO, join(home, 'study'));
    federation = await FederationProcess.start({
      folder,
      home: join(home, 'state'),
      lab: true,
      env: { WARDBOOK_RECORD: join(home, 'record') }
    });
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

    const files = (await readdir(home)).filter(name => name.startsWith('record'));
    expect(files.length).toBeGreaterThanOrEqual(2);
    let searched = 0;
    for (const file of files) {
      const bytes = await readFile(join(home, file));
      searched += bytes.length;
      for (const form of canaryForms())
        expect(bytes.includes(form.bytes), `${form.name} in ${file} (seed ${SEED})`).toBe(false);
    }
    expect(searched).toBeGreaterThan(100_000);
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
