import { wardbookError } from '@wardbook/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { done, parameter, userOf, type LabParts, type Routes } from './context.js';
import { OwnFiles } from './own-files.js';

const Workspace = z.strictObject({
  data: z.record(z.string(), z.unknown()),
  metadata: z.looseObject({ id: z.string().min(1).max(200) })
});
type Workspace = z.infer<typeof Workspace>;

/** JupyterLab's workspaces (layouts of the window), each person's own. */
export const workspaceRoutes: Routes = (server, parts) => {
  const list = async (request: FastifyRequest) => {
    const files = filesOf(request, parts);
    const ids = await files.ids('workspace');
    const values = await Promise.all(ids.map(id => read(files, id)));
    return { workspaces: { ids, values } };
  };
  server.get('/lab/api/workspaces', list);
  server.get('/lab/api/workspaces/', list);
  server.get('/lab/api/workspaces/:id', request =>
    read(filesOf(request, parts), parameter(request, 'id'))
  );
  server.put('/lab/api/workspaces/:id', async (request, reply) => {
    const files = filesOf(request, parts);
    const id = parameter(request, 'id');
    const { data, metadata } = Workspace.parse(request.body);
    if (metadata.id !== id) throw wardbookError('LAB_BAD_REQUEST');
    const now = new Date().toISOString();
    const created = (await read(files, id)).metadata['created'] ?? now;
    const stored = { data, metadata: { ...metadata, created, last_modified: now } };
    await files.write('workspace', id, JSON.stringify(stored));
    return done(reply);
  });
  server.delete('/lab/api/workspaces/:id', async (request, reply) => {
    const id = parameter(request, 'id');
    if (!(await filesOf(request, parts).remove('workspace', id)))
      throw wardbookError('LAB_NOT_FOUND', { path: id });
    return done(reply);
  });
};

function filesOf(request: FastifyRequest, parts: LabParts): OwnFiles {
  return new OwnFiles(parts, userOf(request, parts));
}

async function read(files: OwnFiles, id: string): Promise<Workspace> {
  const stored = await files.read('workspace', id);
  return stored === null ? { data: {}, metadata: { id } } : Workspace.parse(JSON.parse(stored));
}
