import { existsSync } from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path/posix';
import { WardbookError, wardbookError } from '@wardbook/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { replaceFile } from '../rooms/replace-file.js';
import { done, parameter, userOf, type LabParts, type Routes } from './context.js';

const EMPTY_NOTEBOOK = {
  cells: [],
  metadata: {
    kernelspec: {
      display_name: 'TypeScript (Wardbook)',
      language: 'typescript',
      name: 'wardbook-typescript'
    },
    language_info: { name: 'typescript', file_extension: '.ts', mimetype: 'text/typescript' }
  },
  nbformat: 4,
  nbformat_minor: 5
};

const TEXT_TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.csv': 'text/csv',
  '.md': 'text/markdown',
  '.ts': 'text/typescript',
  '.txt': 'text/plain',
  '.html': 'text/html',
  '.svg': 'image/svg+xml'
};

const Save = z.looseObject({
  type: z.enum(['notebook', 'file', 'directory']),
  format: z.enum(['json', 'text', 'base64']).nullish(),
  content: z.unknown()
});
const Create = z.looseObject({
  copy_from: z.string().optional(),
  type: z.enum(['notebook', 'file', 'directory']).default('file'),
  ext: z.string().optional()
});

/** The Jupyter contents API over the notebook folder; shared notebooks are read from their rooms and written by them alone. */
export const contentsRoutes: Routes = (server, parts) => {
  server.get('/api/contents/*', async request => {
    userOf(request, parts);
    return read(parts, parameter(request), request.query as Record<string, string>);
  });
  server.get('/api/contents', async request => {
    userOf(request, parts);
    return read(parts, '', request.query as Record<string, string>);
  });
  server.put('/api/contents/*', async (request, reply) => {
    userOf(request, parts, 'editor');
    const path = parameter(request);
    const created = !existsSync(parts.notebooks.resolve(path));
    await save(parts, path, Save.parse(request.body));
    return reply.code(created ? 201 : 200).send(await read(parts, path, { content: '0' }));
  });
  const create = async (request: FastifyRequest, folder: string) => {
    userOf(request, parts, 'editor');
    const path = await createIn(parts, folder, Create.parse(request.body ?? {}));
    return read(parts, path, { content: '0' });
  };
  server.post('/api/contents/*', async (request, reply) => {
    const path = parameter(request);
    // A checkpoint of a room is its log: the call is answered, nothing is copied.
    if (/(^|\/)checkpoints(\/|$)/.test(path))
      return reply.code(201).send({ id: 'log', last_modified: new Date().toISOString() });
    return reply.code(201).send(await create(request, path));
  });
  server.post('/api/contents', async (request, reply) =>
    reply.code(201).send(await create(request, ''))
  );
  server.patch('/api/contents/*', async request => {
    userOf(request, parts, 'editor');
    const { path } = z.looseObject({ path: z.string() }).parse(request.body);
    await move(parts, parameter(request), path);
    return read(parts, path, { content: '0' });
  });
  server.delete('/api/contents/*', async (request, reply) => {
    userOf(request, parts, 'owner');
    const path = parameter(request);
    const target = parts.notebooks.resolve(path);
    if (path === '' || !existsSync(target)) throw wardbookError('LAB_NOT_FOUND', { path });
    await rm(target, { recursive: true });
    await parts.index.remove(path);
    return done(reply);
  });
};

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly type: 'directory' | 'notebook' | 'file';
  readonly [field: string]: unknown;
}

async function read(
  parts: LabParts,
  path: string,
  query: Record<string, string>
): Promise<unknown> {
  if (/(^|\/)checkpoints$/.test(path)) return [];
  const entry = await describe(parts, path);
  if (query['content'] === '0') return query['hash'] === '1' ? hashed(parts, entry) : entry;
  if (entry.type === 'directory')
    return { ...entry, format: 'json', content: await list(parts, path) };
  const target = parts.notebooks.resolve(path);
  if (entry.type === 'notebook' && query['type'] !== 'file') {
    const live = await parts.rooms.live(path);
    const content: unknown = live ?? (await notebookOf(target, path));
    return { ...entry, format: 'json', content };
  }
  const bytes = await readFile(target);
  const text = bytes.toString('utf8');
  const isText = query['format'] === 'text' || Buffer.from(text).equals(bytes);
  const format = isText && query['format'] !== 'base64' ? 'text' : 'base64';
  return {
    ...entry,
    type: 'file',
    format,
    content: format === 'text' ? text : bytes.toString('base64')
  };
}

async function notebookOf(target: string, path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(target, 'utf8'));
  } catch (error) {
    throw wardbookError('LAB_NOT_A_NOTEBOOK', { path }, { cause: error });
  }
}

async function describe(parts: LabParts, path: string): Promise<Entry> {
  const target = parts.notebooks.resolve(path);
  if (!existsSync(target)) throw wardbookError('LAB_NOT_FOUND', { path });
  const facts = await stat(target);
  const type = facts.isDirectory() ? 'directory' : path.endsWith('.ipynb') ? 'notebook' : 'file';
  return {
    name: basename(path),
    path,
    type,
    created: facts.birthtime.toISOString(),
    last_modified: facts.mtime.toISOString(),
    size: type === 'directory' ? null : facts.size,
    writable: true,
    mimetype: type === 'file' ? (TEXT_TYPES[extname(path)] ?? 'application/octet-stream') : null,
    format: null,
    content: null
  };
}

async function hashed(parts: LabParts, entry: Entry): Promise<unknown> {
  if (entry.type === 'directory') return entry;
  const bytes = await readFile(parts.notebooks.resolve(entry.path));
  return {
    ...entry,
    hash: createHash('sha256').update(bytes).digest('hex'),
    hash_algorithm: 'sha256'
  };
}

async function list(parts: LabParts, path: string): Promise<Entry[]> {
  const names = await readdir(parts.notebooks.resolve(path));
  const entries: Entry[] = [];
  for (const name of names) {
    if (name.startsWith('.') || name.endsWith('.tmp')) continue;
    try {
      entries.push(await describe(parts, join(path, name)));
    } catch (error) {
      // Gone meanwhile, or a link that leads out: not shown.
      if (!(error instanceof WardbookError)) throw error;
    }
  }
  return entries;
}

async function save(parts: LabParts, path: string, model: z.infer<typeof Save>): Promise<void> {
  const target = parts.notebooks.resolve(path);
  if (parts.index.atPath(path) !== null) throw wardbookError('LAB_CONFLICT', { path });
  if (model.type === 'directory') return void (await mkdir(target, { recursive: true }));
  const content =
    model.type === 'notebook'
      ? `${JSON.stringify(model.content, null, 1)}\n`
      : Buffer.from(
          typeof model.content === 'string' ? model.content : '',
          model.format === 'base64' ? 'base64' : 'utf8'
        );
  await replaceFile(target, content);
}

async function createIn(
  parts: LabParts,
  folder: string,
  { copy_from, type, ext }: z.infer<typeof Create>
): Promise<string> {
  if (copy_from !== undefined) {
    const extension = extname(copy_from);
    const path = freeName(parts, folder, `${basename(copy_from, extension)}-Copy`, extension);
    await cp(parts.notebooks.resolve(copy_from), parts.notebooks.resolve(path), {
      recursive: true
    });
    return path;
  }
  const [stem, extension] = {
    notebook: ['Untitled', '.ipynb'],
    file: ['untitled', ext ?? '.txt'],
    directory: ['Untitled Folder', '']
  }[type];
  const path = freeName(parts, folder, stem ?? 'Untitled', extension ?? '');
  const content = type === 'notebook' ? EMPTY_NOTEBOOK : '';
  await save(parts, path, { type, format: 'text', content });
  return path;
}

function freeName(parts: LabParts, folder: string, stem: string, extension: string): string {
  for (let number = 0; number < 10_000; number += 1) {
    const path = join(folder, `${stem}${number === 0 ? '' : number}${extension}`);
    if (!existsSync(parts.notebooks.resolve(path))) return path;
  }
  return join(folder, `${stem}-${randomUUID()}${extension}`);
}

async function move(parts: LabParts, from: string, to: string): Promise<void> {
  const source = parts.notebooks.resolve(from);
  const target = parts.notebooks.resolve(to);
  if (!existsSync(source)) throw wardbookError('LAB_NOT_FOUND', { path: from });
  if (existsSync(target) || !existsSync(dirname(target)))
    throw wardbookError('LAB_CONFLICT', { path: to });
  await rename(source, target);
  await parts.index.rename(from, to);
}
