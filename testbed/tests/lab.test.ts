import { mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FederationProcess, LabClient, type Room } from '@wardbook/testbed';
import * as encoding from 'lib0/encoding';
import * as sync from 'y-protocols/sync';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const NOTEBOOK = '01-relapse-risk.ipynb';
const RESULT = 'application/vnd.wardbook.result.v1+json';

describe('lab', () => {
  let home = '';
  let federation: FederationProcess;
  const client = (name: string) => {
    const user = federation.ready.users.find(known => known.name === name);
    return new LabClient(federation.ready.url ?? '', user?.token ?? '');
  };
  const create = async (cells: readonly { id: string; source: string }[]) => {
    const ana = client('ana');
    const { path } = (await ana.call('POST', 'api/contents', { type: 'notebook' })) as {
      path: string;
    };
    const info = await ana.open(path);
    const room = await ana.join(info);
    room.doc.transact(() => {
      for (const { id, source } of cells) room.doc.getArray('cells').push([codeCell(id, source)]);
    });
    await room.until(({ acknowledged, sent }) => sent > 0 && acknowledged === sent);
    return { path, info, room };
  };
  const run = (document: string, cells: readonly string[], who = 'ana') =>
    client(who).call('POST', 'wardbook/execute', { document, cells });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'wardbook-lab-'));
    federation = await FederationProcess.start({ folder: DEMO, home, lab: true });
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('lets nobody in without a link, and nothing of another origin: AUTH_REQUIRED', async () => {
    const url = federation.ready.url ?? '';
    for (const path of ['api/contents', 'api/kernels', 'wardbook/v1/federation', 'api/me'])
      expect((await fetch(new URL(path, url))).status).toBe(401);
    const cookie = (
      await fetch(federation.ready.users[0]?.url ?? '', { redirect: 'manual' })
    ).headers.get('set-cookie');
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const send = (origin: string) =>
      fetch(new URL('wardbook/documents', url), {
        method: 'POST',
        headers: {
          cookie: cookie?.split(';')[0] ?? '',
          origin,
          'content-type': 'application/json'
        },
        body: JSON.stringify({ path: NOTEBOOK })
      });
    expect((await send('http://evil.example')).status).toBe(401);
    expect((await send(new URL(url).origin)).status).toBe(200);
    expect((await fetch(new URL('login?token=wrong', url))).status).toBe(403);
    for (const path of ['wardbook/v1/federation/events', 'api/events/subscribe']) {
      const address = new URL(path, url);
      address.protocol = 'ws:';
      const opened = (origin: string) =>
        new Promise<boolean>(resolve => {
          const headers = { cookie: cookie?.split(';')[0] ?? '', origin };
          const socket = new WebSocket(address, { headers });
          socket.on('error', () => resolve(false));
          socket.on('open', () => {
            socket.terminate();
            resolve(true);
          });
        });
      expect(await opened('http://evil.example')).toBe(false);
      expect(await opened(new URL(url).origin)).toBe(true);
    }
  });

  it('shows what one types to the other, and has it on disk before it says so', async () => {
    const { info, room, path } = await create([{ id: 'text', source: '1 + 1' }]);
    const claire = await client('claire').join(await client('claire').open(path));
    sourceOf(room, 'text').insert(0, '// ana\n');
    sourceOf(claire, 'text').insert(0, '// claire\n');
    const both = (one: Room) =>
      ['// ana', '// claire'].every(text => one.cells()[0]?.source.includes(text) === true);
    await room.until(both);
    await claire.until(both);
    await claire.until(({ acknowledged, sent }) => acknowledged === sent);
    await federation.killAndAwaitRestart('lab');

    const again = await rejoin(client('ana'), path);
    expect(again.info.lineage).toBe(info.lineage);
    expect(both(again.room)).toBe(true);
    await again.room.leave();
  });

  it('acknowledges what was typed offline, once it is on disk', async () => {
    const { info, room, path } = await create([{ id: 'text', source: '1' }]);
    await room.leave();
    const offline = new Y.Doc();
    Y.applyUpdate(offline, Y.encodeStateAsUpdate(room.doc));
    const [cell] = offline.getArray<Y.Map<unknown>>('cells');
    (cell?.get('source') as Y.Text).insert(0, '// typed offline\n');

    const back = await client('ana').join(info, offline);
    expect(back.sent).toBe(1);
    await back.until(({ acknowledged }) => acknowledged === 1);
    await federation.killAndAwaitRestart('lab');

    const again = await rejoin(client('ana'), path);
    expect(again.room.cells()[0]?.source).toBe('// typed offline\n1');
    await again.room.leave();
  });

  it('runs cells at the lab: outputs appear for both, stop_on_error keeps the rest', async () => {
    const { info, room, path } = await create([
      { id: 'a', source: 'console.log("one"); console.log("two"); 40 + 2' },
      { id: 'b', source: 'throw new Error("stop here")' },
      { id: 'c', source: '"never"' }
    ]);
    const claire = await client('claire').join(await client('claire').open(path));
    await run(info.document, ['a', 'b', 'c']);
    await claire.until(seen => markOf(seen, 'c') === 'aborted');
    const [a, b, c] = claire.cells();
    expect(a?.outputs[0]).toMatchObject({ output_type: 'stream', text: 'one\ntwo\n' });
    expect(a?.outputs[1]).toMatchObject({ data: { 'text/plain': '42' }, execution_count: 1 });
    expect(b?.outputs[0]).toMatchObject({ output_type: 'error', evalue: 'stop here' });
    expect(c?.outputs).toEqual([]);
    await room.leave();
    await claire.leave();
  });

  it('shows a federated result to both, signed for the person who ran it', async () => {
    const { info, room, path } = await create([
      { id: 'f', source: "%%federated breast-relapse as c\ncount({ by: 'size' })" }
    ]);
    const ana = room;
    await run(info.document, ['f'], 'claire');
    await ana.until(seen => markOf(seen, 'f') === 'done');
    const data = ana.cells()[0]?.outputs.at(-1)?.['data'] as Record<
      string,
      { run: string; provenance: { requester: string } }
    >;
    expect(data[RESULT]?.provenance.requester).toBe('claire');
    // A run is cancelled by whom it belongs to, and a run is nothing but a run.
    const cancel = (who: string, id: string) =>
      client(who).call('POST', `wardbook/v1/runs/${id}/cancel`, {});
    const id = data[RESULT]?.run ?? '';
    await expect(cancel('ana', id)).rejects.toThrow('AUTH_NOT_ALLOWED');
    await expect(cancel('paul', id)).rejects.toThrow('AUTH_NOT_ALLOWED');
    expect(await cancel('claire', id)).toMatchObject({ run: id, state: 'released' });
    await expect(cancel('claire', '..%2f..%2ffederation')).rejects.toThrow('RUN_NOT_FOUND');
    // A file keeps what was released, and nothing else that says it is a result.
    const forged = { ...data[RESULT], sentences: { en: ['All were cured.'], fr: ['Guéris.'] } };
    const content = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [data[RESULT], forged].map((result, index) => ({
        id: `r${index}`,
        cell_type: 'code',
        source: '',
        metadata: {},
        execution_count: null,
        outputs: [
          {
            output_type: 'display_data',
            metadata: {},
            data: { 'text/plain': '', [RESULT]: result }
          }
        ]
      }))
    };
    await client('ana').call('PUT', 'api/contents/from-a-file.ipynb', {
      type: 'notebook',
      content
    });
    const copy = await client('ana').join(await client('ana').open('from-a-file.ipynb'));
    const [kept, stripped] = copy.cells().map(({ outputs }) => outputs[0]?.['data']);
    expect(kept).toEqual({ 'text/plain': '', [RESULT]: data[RESULT] });
    expect(stripped).toEqual({ 'text/plain': '' });
    await copy.leave();
    const { cells } = JSON.parse(await readFile(join(home, 'lab', 'notebooks', path), 'utf8')) as {
      cells: unknown[];
    };
    expect(cells).toHaveLength(1);
    await ana.leave();
  });

  it("refuses a reader's forged write: ROOM_READ_ONLY, AUTH_NOT_ALLOWED", async () => {
    const { info, room, path } = await create([{ id: 'own', source: 'const x = 1' }]);
    const paul = await client('paul').join(await client('paul').open(path));
    const refusals: string[] = [];
    paul.onRefused = ({ code }) => refusals.push(code);
    sourceOf(paul, 'own').insert(0, 'FORGED');
    await paul.until(() => refusals.length > 0);
    expect(refusals[0]).toBe('ROOM_READ_ONLY');
    // The same bytes as a sync answer, which a real page also sends.
    const encoder = encoding.createEncoder();
    encoding.writeUint8(encoder, 0);
    sync.writeSyncStep2(encoder, paul.doc);
    paul.sendRaw(encoding.toUint8Array(encoder));
    await paul.until(() => refusals.length > 1);
    expect(room.cells()[0]?.source).toBe('const x = 1');
    await expect(run(info.document, ['own'], 'paul')).rejects.toThrow('AUTH_NOT_ALLOWED');
    await expect(
      client('paul').call('PUT', `api/contents/${path}`, { type: 'notebook', content: {} })
    ).rejects.toThrow('AUTH_NOT_ALLOWED');
    await room.leave();
    await paul.leave();
  });

  it('takes no federated result from a page or from user code: ROOM_FORGED_RESULT', async () => {
    const forged = { result: 1, run: '0'.repeat(32), sentences: { en: ['All were cured.'] } };
    const { info, room, path } = await create([
      {
        id: 'g',
        source: `({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'shown', '${RESULT}': ${JSON.stringify(forged)} }) })`
      }
    ]);
    await run(info.document, ['g']);
    await room.until(seen => ['done', 'failed'].includes(markOf(seen, 'g') ?? ''));
    expect(room.cells()[0]?.outputs[0]).toMatchObject({ data: { 'text/plain': 'shown' } });
    expect(JSON.stringify(room.cells()[0]?.outputs)).not.toContain(`"${RESULT}"`);
    const refusals: string[] = [];
    room.onRefused = ({ code }) => refusals.push(code);
    const output = new Y.Map<unknown>(
      Object.entries({ output_type: 'display_data', metadata: {}, data: { [RESULT]: forged } })
    );
    outputsOf(room, 'g').push([output]);
    await room.until(() => refusals.length > 0);
    expect(refusals).toEqual(['ROOM_FORGED_RESULT']);
    const claire = await client('claire').join(await client('claire').open(path));
    expect(JSON.stringify(claire.cells())).not.toContain('All were cured.","');
    await claire.leave();
    await room.leave();
  });

  it('closes on another history and on malformed messages: ROOM_FOREIGN_LINEAGE, ROOM_BAD_MESSAGE', async () => {
    const ana = client('ana');
    const info = await ana.open(NOTEBOOK);
    const foreign = { ...info, lineage: '00000000-0000-4000-8000-000000000000' };
    await expect(ana.join(foreign)).rejects.toThrow('ROOM_FOREIGN_LINEAGE');
    const room = await ana.join(info);
    room.sendRaw(Buffer.from([9, 9, 9]));
    await room.until(({ closed }) => closed !== null);
    expect(room.closed?.reason).toBe('ROOM_BAD_MESSAGE');
  });

  it('keeps paths inside the folder: LAB_BAD_PATH, LAB_NOT_FOUND, LAB_CONFLICT, LAB_NOT_A_NOTEBOOK, LAB_BAD_REQUEST, LAB_INTERNAL', async () => {
    const ana = client('ana');
    const notebooks = join(home, 'lab', 'notebooks');
    await writeFile(join(notebooks, 'broken.ipynb'), '{ not json');
    await mkdir(join(notebooks, 'folder.ipynb'));
    for (const [method, path, body, code] of [
      ['GET', 'api/contents/%2e%2e%2flab.json', undefined, 'LAB_BAD_PATH'],
      ['GET', 'api/contents/.hidden', undefined, 'LAB_BAD_PATH'],
      ['GET', 'api/contents/absent.ipynb', undefined, 'LAB_NOT_FOUND'],
      ['PUT', `api/contents/${NOTEBOOK}`, { type: 'notebook', content: {} }, 'LAB_CONFLICT'],
      ['POST', 'wardbook/documents', { path: 'broken.ipynb' }, 'LAB_NOT_A_NOTEBOOK'],
      ['POST', 'wardbook/documents', { nothing: true }, 'LAB_BAD_REQUEST'],
      ['POST', 'wardbook/documents', { path: 'folder.ipynb' }, 'LAB_INTERNAL']
    ] as const)
      await expect(ana.call(method, path, body)).rejects.toThrow(code);
  });

  it('gives files to save, a shared notebook as it is now, and nothing from outside the folder', async () => {
    const paul = client('paul');
    await writeFile(join(home, 'lab', 'notebooks', 'page.html'), '<script>1</script>');
    const file = (path: string, headers = paul.headers) =>
      fetch(new URL(`files/${path}`, federation.ready.url ?? ''), { headers });
    const page = await file('page.html');
    expect(page.headers.get('content-type')).toBe('application/octet-stream');
    expect(page.headers.get('content-disposition')).toContain("attachment; filename*=UTF-8''page");
    expect(page.headers.get('content-security-policy')).toContain('sandbox');

    const ana = client('ana');
    const room = await ana.join(await ana.open(NOTEBOOK));
    const before = room.acknowledged;
    const cell = room.doc.getArray<Y.Map<unknown>>('cells').get(0);
    (cell.get('source') as Y.Text).insert(0, 'typed a moment ago');
    await room.until(({ acknowledged }) => acknowledged > before);
    expect(await (await file(NOTEBOOK)).text()).toContain('typed a moment ago');

    expect((await file('absent.csv')).status).toBe(404);
    expect((await file('%2e%2e%2flab.json')).status).toBe(400);
    expect((await file('page.html', { ...paul.headers, authorization: 'token no' })).status).toBe(
      401
    );
  });

  it("keeps each person's window layouts, settings and language", async () => {
    const [ana, claire] = [client('ana'), client('claire')];
    const workspace = { data: { layout: { main: 1 } }, metadata: { id: 'my view' } };
    const path = 'lab/api/workspaces/my%20view';
    expect(await ana.call('GET', path)).toEqual({ data: {}, metadata: { id: 'my view' } });
    await ana.call('PUT', path, workspace);
    await expect(ana.call('PUT', 'lab/api/workspaces/other', workspace)).rejects.toThrow(
      'LAB_BAD_REQUEST'
    );
    expect(await ana.call('GET', path)).toMatchObject(workspace);
    expect(await ana.call('GET', 'lab/api/workspaces')).toMatchObject({
      workspaces: { ids: ['my view'], values: [workspace] }
    });
    expect(await claire.call('GET', 'lab/api/workspaces')).toEqual({
      workspaces: { ids: [], values: [] }
    });
    const page = await fetch(
      new URL('lab/workspaces/my%20view/tree/a.ipynb', federation.ready.url ?? ''),
      {
        headers: ana.headers
      }
    );
    expect(await page.text()).toContain('"workspace":"my view","treePath":"a.ipynb"');
    await ana.call('DELETE', path);
    await expect(ana.call('DELETE', path)).rejects.toThrow('LAB_NOT_FOUND');

    const setting = 'lab/api/settings/@jupyterlab/apputils-extension:themes';
    await ana.call('PUT', setting, { raw: '// dark\n{ "theme": "JupyterLab Dark" }' });
    expect(await ana.call('GET', setting)).toMatchObject({
      settings: { theme: 'JupyterLab Dark' }
    });
    expect(await claire.call('GET', setting)).toMatchObject({ settings: {} });
    await expect(ana.call('PUT', 'lab/api/settings/no:such', { raw: '{}' })).rejects.toThrow(
      'LAB_NOT_FOUND'
    );
    const locale = (who: LabClient) =>
      who.call('GET', 'lab/api/settings/@jupyterlab/translation-extension:plugin');
    expect(await locale(claire)).toMatchObject({ settings: { locale: 'fr_FR' } });
    expect(await locale(ana)).toMatchObject({ settings: {} });
    const texts = (await claire.call('GET', 'lab/api/translations/default')) as {
      data: { wardbook: Record<string, string[]> };
    };
    expect(texts.data.wardbook['Saved']).toEqual(['Enregistré']);
    expect(await ana.call('GET', 'lab/api/translations/default')).toMatchObject({ data: {} });
  });

  it('says that the kernel died, and starts it again: LAB_KERNEL_DIED', async () => {
    const { info, room } = await create([
      {
        id: 'd',
        source:
          "import { execSync } from 'node:child_process';\nexecSync('kill -9 ' + process.ppid); await new Promise(() => {})"
      },
      { id: 'e', source: '2 + 3' }
    ]);
    await run(info.document, ['d']);
    await room.until(seen => markOf(seen, 'd') === 'failed');
    expect(room.cells()[0]?.outputs.at(-1)).toMatchObject({ ename: 'LAB_KERNEL_DIED' });
    await run(info.document, ['e']);
    await room.until(seen => markOf(seen, 'e') === 'done');
    expect(room.cells()[1]?.outputs[0]).toMatchObject({ data: { 'text/plain': '5' } });
    await room.leave();
  });

  it('interrupts a loop and keeps the state of the kernel', async () => {
    const { info, room } = await create([
      { id: 'k', source: 'const kept = 7' },
      { id: 'l', source: 'for (;;) {}' },
      { id: 'm', source: 'kept * 6' }
    ]);
    await run(info.document, ['k', 'l']);
    await room.until(seen => markOf(seen, 'l') === 'running');
    await new Promise(resolve => setTimeout(resolve, 300));
    await client('ana').call('POST', 'wardbook/interrupt', { document: info.document });
    await room.until(seen => markOf(seen, 'l') === 'failed');
    await run(info.document, ['m']);
    await room.until(seen => markOf(seen, 'm') === 'done');
    expect(room.cells()[2]?.outputs[0]).toMatchObject({ data: { 'text/plain': '42' } });
    await room.leave();
  });

  it('tells the truth about what it had begun when it was killed: LAB_RESTARTED', async () => {
    const { info, room, path } = await create([
      { id: 'slow', source: 'await new Promise(resolve => setTimeout(resolve, 60_000))' },
      { id: 'next', source: '1' }
    ]);
    await run(info.document, ['slow', 'next']);
    await room.until(seen => markOf(seen, 'slow') === 'running');
    await federation.killAndAwaitRestart('lab');
    const again = await rejoin(client('ana'), path);
    await again.room.until(
      seen => markOf(seen, 'slow') === 'failed' && markOf(seen, 'next') === 'aborted'
    );
    expect(again.room.cells()[0]?.outputs.at(-1)).toMatchObject({ ename: 'LAB_RESTARTED' });
    await again.room.leave();
  });
});

function codeCell(id: string, source: string): Y.Map<unknown> {
  const map = new Y.Map<unknown>(
    Object.entries({ id, cell_type: 'code', execution_count: null, execution_state: 'idle' })
  );
  map.set('source', new Y.Text(source));
  map.set('metadata', new Y.Map());
  map.set('outputs', new Y.Array());
  return map;
}

function cellOf(room: Room, id: string): Y.Map<unknown> {
  for (const cell of room.doc.getArray<Y.Map<unknown>>('cells'))
    if (cell.get('id') === id) return cell;
  throw new Error(`no cell ${id}`);
}

function sourceOf(room: Room, id: string): Y.Text {
  return cellOf(room, id).get('source') as Y.Text;
}

function outputsOf(room: Room, id: string): Y.Array<Y.Map<unknown>> {
  return cellOf(room, id).get('outputs') as Y.Array<Y.Map<unknown>>;
}

function markOf(room: Room, cell: string): string | undefined {
  return room.doc.getMap<{ state: string }>('executions').get(cell)?.state;
}

async function rejoin(client: LabClient, path: string) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      const info = await client.open(path);
      return { info, room: await client.join(info) };
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }
}
