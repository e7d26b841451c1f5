import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wardbookError } from '@wardbook/protocol';
import { z } from 'zod';
import type { LabUser } from '../config.js';
import { done, parameter, userOf, type LabParts, type Routes } from './context.js';
import { OwnFiles } from './own-files.js';

interface Schema {
  readonly id: string;
  readonly schema: unknown;
  readonly version: string;
}

/** JupyterLab's settings: per user, overrides only. */
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
    await new OwnFiles(parts, user).write('settings', id, raw);
    return done(reply);
  });
};

async function setting(
  parts: LabParts,
  user: LabUser,
  { id, schema, version }: Schema
): Promise<unknown> {
  const stored = await new OwnFiles(parts, user).read('settings', id);
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
