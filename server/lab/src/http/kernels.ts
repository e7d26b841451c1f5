import { wardbookError } from '@wardbook/protocol';
import { z } from 'zod';
import { KERNEL_NAME, type KernelSession } from '../kernels/kernels.js';
import type { LabKernel } from '../kernels/lab-kernel.js';
import { done, parameter, userOf, type LabParts, type Routes } from './context.js';

const SessionRequest = z.looseObject({
  path: z.string().default(''),
  name: z.string().default(''),
  type: z.string().default('notebook')
});

/** The Jupyter kernels, kernelspecs and sessions APIs. */
export const kernelRoutes: Routes = (server, parts) => {
  server.get('/api/kernelspecs', request => {
    userOf(request, parts);
    return { default: KERNEL_NAME, kernelspecs: { [KERNEL_NAME]: SPEC } };
  });
  server.get('/api/kernels', request => {
    userOf(request, parts);
    return parts.kernels.sessions().map(({ kernel }) => kernelModel(kernel));
  });
  server.get('/api/kernels/:id', request => {
    userOf(request, parts);
    return kernelModel(kernelOf(parts, parameter(request, 'id')));
  });
  server.post('/api/kernels', async (request, reply) => {
    userOf(request, parts, 'executor');
    return reply.code(201).send(kernelModel(parts.kernels.begin('', '', 'console').kernel));
  });
  server.post('/api/kernels/:id/interrupt', async (request, reply) => {
    userOf(request, parts, 'executor');
    const kernel = kernelOf(parts, parameter(request, 'id'));
    const session = parts.kernels.sessionOf(kernel);
    const entry = session?.document ? parts.index.byId(session.document) : null;
    if (entry) await parts.executions.interrupt(entry);
    else await kernel.interrupt();
    return done(reply);
  });
  server.post('/api/kernels/:id/restart', async request => {
    const { name, displayName } = userOf(request, parts, 'executor');
    const kernel = kernelOf(parts, parameter(request, 'id'));
    await kernel.restart({ name, displayName });
    return kernelModel(kernel);
  });
  server.delete('/api/kernels/:id', async (request, reply) => {
    userOf(request, parts, 'executor');
    const session = parts.kernels.sessionOf(kernelOf(parts, parameter(request, 'id')));
    if (session !== null) await parts.kernels.end(session.id);
    return done(reply);
  });
  server.get('/api/sessions', request => {
    userOf(request, parts);
    return parts.kernels.sessions().map(sessionModel);
  });
  server.get('/api/sessions/:id', request => {
    userOf(request, parts);
    return sessionModel(sessionOf(parts, parameter(request, 'id')));
  });
  server.post('/api/sessions', async (request, reply) => {
    const { path, name, type } = SessionRequest.parse(request.body);
    const entry = parts.index.atPath(path);
    userOf(request, parts, entry === null ? 'executor' : 'viewer');
    const session =
      entry === null ? parts.kernels.begin(path, name, type) : parts.kernels.forDocument(entry);
    return reply.code(201).send(sessionModel(session));
  });
  server.patch('/api/sessions/:id', async request => {
    userOf(request, parts);
    const session = sessionOf(parts, parameter(request, 'id'));
    // A shared notebook's session is the lab's: it follows the document, no page renames it.
    if (session.document === null) {
      const { path, name, type } = SessionRequest.partial().parse(request.body);
      session.path = path ?? session.path;
      session.name = name ?? session.name;
      session.type = type ?? session.type;
    }
    return sessionModel(session);
  });
  server.delete('/api/sessions/:id', async (request, reply) => {
    userOf(request, parts, 'executor');
    await parts.kernels.end(sessionOf(parts, parameter(request, 'id')).id);
    return done(reply);
  });
};

const SPEC = {
  name: KERNEL_NAME,
  spec: {
    display_name: 'TypeScript (Wardbook)',
    language: 'typescript',
    argv: [],
    env: {},
    interrupt_mode: 'message',
    metadata: { debugger: true }
  },
  resources: {}
};

function kernelOf(parts: LabParts, id: string): LabKernel {
  const entry = parts.index.all().find(({ kernel }) => kernel === id);
  const kernel = entry ? parts.kernels.forDocument(entry).kernel : parts.kernels.kernel(id);
  if (kernel === null) throw wardbookError('LAB_NOT_FOUND', { path: id });
  return kernel;
}

function sessionOf(parts: LabParts, id: string): KernelSession {
  const entry = parts.index.byId(id);
  const session = entry ? parts.kernels.forDocument(entry) : parts.kernels.session(id);
  if (session === null) throw wardbookError('LAB_NOT_FOUND', { path: id });
  return session;
}

function kernelModel(kernel: LabKernel): unknown {
  return {
    id: kernel.id,
    name: KERNEL_NAME,
    last_activity: kernel.lastActivity.toISOString(),
    execution_state: kernel.state,
    connections: 1
  };
}

function sessionModel({ id, path, name, type, kernel }: KernelSession): unknown {
  return { id, path, name, type, kernel: kernelModel(kernel), notebook: { path, name } };
}
