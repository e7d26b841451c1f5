import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wardbookError } from '@wardbook/protocol';
import { z } from 'zod';
import { replaceFile } from '../rooms/replace-file.js';
import type { LabUser } from '../config.js';
import { done, parameter, userOf, type LabParts, type Routes } from './context.js';

interface Schema {
  readonly id: string;
  readonly schema: unknown;
  readonly version: string;
}

/** Settings (per user, overrides only), workspaces and the rest of JupyterLab's own API. */
export const settingsRoutes: Routes = (server, parts) => {
  const schemas = readSchemas(parts);
  server.get('/lab/api/settings', async request => {
    const user = userOf(request, parts);
    const { ids_only: idsOnly } = request.query as { ids_only?: string };
    if (idsOnly === 'true') return { settings: [...schemas.keys()].map(id => ({ id })) };
    const settings = await Promise.all(
      [...schemas.values()].map(schema => setting(parts, user, schema))
    );
    return { settings };
  });
  server.get('/lab/api/settings/*', async request => {
    const user = userOf(request, parts);
    const schema = schemas.get(parameter(request));
    if (schema === undefined) throw wardbookError('LAB_NOT_FOUND', { path: parameter(request) });
    return setting(parts, user, schema);
  });
  server.put('/lab/api/settings/*', async (request, reply) => {
    const user = userOf(request, parts);
    const id = parameter(request);
    if (!schemas.has(id)) throw wardbookError('LAB_NOT_FOUND', { path: id });
    const { raw } = z.looseObject({ raw: z.string().max(200_000) }).parse(request.body);
    await write(parts, user, `settings-${encodeURIComponent(id)}.json5`, raw);
    return done(reply);
  });
  server.get('/lab/api/workspaces', request => {
    userOf(request, parts);
    return { workspaces: { ids: [], values: [] } };
  });
  server.get('/lab/api/workspaces/:id', async request => {
    const user = userOf(request, parts);
    const id = parameter(request, 'id');
    const stored = await readOwn(parts, user, `workspace-${encodeURIComponent(id)}.json`);
    return stored === null ? { data: {}, metadata: { id } } : (JSON.parse(stored) as unknown);
  });
  server.put('/lab/api/workspaces/:id', async (request, reply) => {
    const user = userOf(request, parts);
    const body = z.looseObject({ data: z.unknown() }).parse(request.body);
    const name = `workspace-${encodeURIComponent(parameter(request, 'id'))}.json`;
    await write(parts, user, name, JSON.stringify(body));
    return done(reply);
  });
  server.delete('/lab/api/workspaces/:id', (request, reply) => {
    userOf(request, parts);
    return done(reply);
  });
};

async function setting(
  parts: LabParts,
  user: LabUser,
  { id, schema, version }: Schema
): Promise<unknown> {
  const stored = await readOwn(parts, user, `settings-${encodeURIComponent(id)}.json5`);
  const raw = stored ?? initial(user, id);
  return { id, schema, version, raw, settings: parseRaw(raw) };
}

// A person's language is known before the first visit.
function initial(user: LabUser, id: string): string {
  if (id === '@jupyterlab/translation-extension:plugin' && user.locale !== 'en')
    return JSON.stringify({ locale: user.locale });
  return '{}';
}

// JupyterLab writes JSON with comments; what it cannot read back it treats as empty.
function parseRaw(raw: string): unknown {
  try {
    return JSON.parse(raw.replace(/^\s*\/\/.*$/gm, ''));
  } catch {
    return {};
  }
}

function folderOf(parts: LabParts, user: LabUser): string {
  return join(parts.config.home, 'users', user.name);
}

async function readOwn(parts: LabParts, user: LabUser, name: string): Promise<string | null> {
  const path = join(folderOf(parts, user), name);
  return existsSync(path) ? readFile(path, 'utf8') : null;
}

async function write(parts: LabParts, user: LabUser, name: string, text: string): Promise<void> {
  await mkdir(folderOf(parts, user), { recursive: true, mode: 0o700 });
  await replaceFile(join(folderOf(parts, user), name), text);
}

function readSchemas({ config }: LabParts): Map<string, Schema> {
  const found = new Map<string, Schema>();
  for (const folder of [
    join(config.app.build, 'schemas'),
    join(config.app.labextension, 'schemas')
  ])
    for (const { name, file, version } of schemaFiles(folder)) {
      const id = `${name}:${file.replace(/\.json$/, '')}`;
      const schema: unknown = JSON.parse(readFileSync(join(folder, name, file), 'utf8'));
      found.set(id, { id, schema, version });
    }
  return found;
}

function schemaFiles(folder: string): { name: string; file: string; version: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap(scope =>
    readdirSync(join(folder, scope)).flatMap(pack => {
      const name = `${scope}/${pack}`;
      const files = readdirSync(join(folder, name)).filter(file => file.endsWith('.json'));
      const version = readVersion(join(folder, name, 'package.json.orig')) ?? '0.0.0';
      return files.map(file => ({ name, file, version }));
    })
  );
}

function readVersion(path: string): string | null {
  if (!existsSync(path)) return null;
  return z.looseObject({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8')))
    .version;
}
