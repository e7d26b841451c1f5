import { RunId, wardbookError, parsePlan, type RunView } from '@wardbook/protocol';
import { signRequest } from '@wardbook/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LabUser } from '../config.js';
import { allows } from '../identity/roles.js';
import type { DocumentEntry } from '../rooms/document-index.js';
import { done, parameter, userOf, type LabParts, type Routes } from './context.js';

const Open = z.strictObject({ path: z.string().min(1).max(1_000) });
const Execute = z.strictObject({
  document: z.uuid(),
  cells: z.array(z.string().max(64)).min(1).max(10_000)
});
const Interrupt = z.strictObject({ document: z.uuid() });
const Submission = z.strictObject({
  plan: z.unknown(),
  purpose: z.string().max(200).default('notebook')
});

const READABLE = /^(federation|studies\/[\w-]{1,64}|runs\/[0-9a-f]{32})$/;

/** The routes of shared notebooks, and the gateway for kernels and pages. */
export const wardbookRoutes: Routes = (server, parts) => {
  server.post('/wardbook/documents', async request => {
    const user = userOf(request, parts);
    const { path } = Open.parse(request.body);
    const entry = await parts.rooms.document(path);
    await parts.rooms.room(entry.document);
    const { kernel } = parts.kernels.forDocument(entry);
    // The kernel starts while the page draws the notebook.
    if (allows(user, 'executor')) kernel.ready().catch(() => undefined);
    return {
      document: entry.document,
      lineage: entry.lineage,
      role: user.role,
      session: entry.document,
      kernel: entry.kernel
    };
  });
  server.post('/wardbook/execute', async (request, reply) => {
    const user = userOf(request, parts, 'executor');
    const { document, cells } = Execute.parse(request.body);
    const executions = await parts.executions.enqueue(documentOf(parts, document), cells, user);
    return reply.code(202).send({ executions });
  });
  server.post('/wardbook/interrupt', async (request, reply) => {
    userOf(request, parts, 'executor');
    const { document } = Interrupt.parse(request.body);
    await parts.executions.interrupt(documentOf(parts, document));
    return done(reply);
  });
  server.get('/wardbook/v1/*', async (request, reply) => {
    callerOf(request, parts);
    const path = parameter(request);
    if (!READABLE.test(path)) throw wardbookError('LAB_NOT_FOUND', { path });
    return forward(parts, `v1/${path}`, 'GET', reply);
  });
  server.post('/wardbook/v1/runs/:run/cancel', async (request, reply) => {
    const { user } = callerOf(request, parts, true);
    const run = RunId.safeParse(parameter(request, 'run'));
    if (!run.success) throw wardbookError('RUN_NOT_FOUND');
    // The coordinator trusts the lab, which must know whose run it is.
    const { requester } = await parts.upstream.view(run.data);
    if (requester !== user.member) throw wardbookError('AUTH_NOT_ALLOWED');
    return forward(parts, `v1/runs/${run.data}/cancel`, 'POST', reply);
  });
  server.post('/wardbook/v1/runs', async (request, reply) => {
    const { user, execution } = callerOf(request, parts, true);
    const body = Submission.parse(request.body);
    const plan = parsePlan(body.plan);
    const key = parts.config.signingKeys.get(user.member);
    if (key === undefined) throw wardbookError('AUTH_NOT_MEMBER');
    const signed = signRequest(plan, body.purpose, user.member, key);
    // On disk before it is sent: a lab that is killed in between finds the run again by this request.
    if (execution !== null) parts.journal.addRequest({ execution, plan, request: signed });
    const { waitMs } = request.query as { waitMs?: string };
    const view: RunView = await parts.upstream.submit(
      plan,
      signed,
      Math.min(Number(waitMs ?? 0) || 0, 10_000)
    );
    return reply.code(201).send(view);
  });
};

/** Who calls the gateway: a kernel for the person whose cell it runs, or a person's page. */
export function callerOf(
  request: Pick<FastifyRequest, 'headers' | 'method'>,
  parts: LabParts,
  runs = false
): { user: LabUser; execution: string | null } {
  const token = /^Bearer (\S{16,200})$/.exec(request.headers.authorization ?? '')?.[1];
  const kernel = token === undefined ? null : parts.kernels.byToken(token);
  if (kernel === null) {
    const user = userOf(request as FastifyRequest, parts, runs ? 'executor' : 'viewer');
    return { user, execution: null };
  }
  const current = parts.executions.currentOf(kernel);
  const user = parts.config.users.find(({ name }) => name === current?.user);
  if (user === undefined) {
    // Nobody has run anything yet: a kernel may read what every member may read.
    const [anybody] = parts.config.users;
    if (runs || anybody === undefined) throw wardbookError('AUTH_REQUIRED');
    return { user: anybody, execution: null };
  }
  return { user, execution: current?.execution ?? null };
}

function documentOf(parts: LabParts, document: string): DocumentEntry {
  const entry = parts.index.byId(document);
  if (entry === null) throw wardbookError('LAB_NOT_FOUND', { path: document });
  return entry;
}

async function forward(
  { upstream }: LabParts,
  path: string,
  method: string,
  reply: FastifyReply
): Promise<FastifyReply> {
  const { status, body } = await upstream.forward(path, method);
  return reply.code(status).type('application/json').send(body);
}
