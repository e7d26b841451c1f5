import {
  FINAL_STATES,
  SignedRequest,
  WardbookError,
  parseWith,
  wardbookError,
  type ErrorCode,
  type StudyView
} from '@wardbook/protocol';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { z } from 'zod';
import type { CoordinatorConfig } from '../config.js';
import type { Runs } from '../run/runs.js';
import { callerOf, type Caller } from './auth.js';
import type { HospitalSockets } from './hospital-sockets.js';

/** What the gateway serves. */
export interface GatewayParts {
  readonly config: CoordinatorConfig;
  readonly runs: Runs;
  readonly hospitals: HospitalSockets;
}

const Submission = z.strictObject({
  plan: z.unknown(),
  purpose: z.string().optional(),
  request: SignedRequest
});
const MAX_BODY_BYTES = 1_000_000;

/** The HTTP half of the gateway API (docs/interfaces.md). */
export function createHttpGateway({ config, runs, hospitals }: GatewayParts): FastifyInstance {
  const server = fastify({ bodyLimit: MAX_BODY_BYTES, logger: false });
  server.setErrorHandler((error, _request, reply) => {
    const known =
      error instanceof WardbookError
        ? error
        : wardbookError('PLAN_INVALID', { problem: 'request' });
    return reply.code(statusOf(known.code)).send({ error: known.toWire() });
  });
  server.get('/v1/federation', request => {
    callerOf(config, request.headers);
    return hospitals.view();
  });
  server.get<{ Params: { study: string } }>('/v1/studies/:study', (request): StudyView => {
    callerOf(config, request.headers);
    if (request.params.study !== config.study) throw wardbookError('STUDY_UNKNOWN');
    return { ...hospitals.view(), charter: config.charter, dictionary: config.dictionary };
  });
  server.post<{ Querystring: { waitMs?: string } }>('/v1/runs', async (request, reply) => {
    const caller = callerOf(config, request.headers);
    const { plan, request: signed } = parseWith(Submission, request.body, 'PLAN_INVALID');
    checkRequester(caller, signed);
    const view = runs.submit(plan, signed);
    const waitMs = Math.min(Number(request.query.waitMs ?? 0) || 0, 60_000);
    const over = waitMs <= 0 || FINAL_STATES.includes(view.state);
    return reply.code(201).send(over ? view : await finished(runs, view.run, waitMs, reply));
  });
  server.get<{ Params: { run: string } }>('/v1/runs/:run', request => {
    callerOf(config, request.headers);
    return runs.view(request.params.run);
  });
  server.get<{ Params: { run: string } }>('/v1/runs/:run/releases', request => {
    callerOf(config, request.headers);
    return runs
      .releases(request.params.run)
      .map(({ hospital, frame }) => ({ hospital, frame: Buffer.from(frame).toString('base64') }));
  });
  server.post<{ Params: { run: string } }>('/v1/runs/:run/cancel', request => {
    const caller = callerOf(config, request.headers);
    const { requester } = runs.view(request.params.run);
    if (caller.member !== null && caller.member !== requester)
      throw wardbookError('AUTH_NOT_ALLOWED');
    return runs.cancel(request.params.run);
  });
  return server;
}

function checkRequester(caller: Caller, request: SignedRequest): void {
  if (caller.member !== null && caller.member !== request.requester)
    throw wardbookError('AUTH_NOT_ALLOWED');
}

/** The view once the run has ended, or as it is when the wait is over or nobody listens any more. */
async function finished(runs: Runs, run: string, waitMs: number, reply: FastifyReply) {
  return new Promise<ReturnType<Runs['view']>>(resolve => {
    let stop: (() => void) | null = null;
    let over = false;
    const done = (view = runs.view(run)) => {
      over = true;
      clearTimeout(limit);
      reply.raw.off('close', gone);
      stop?.();
      resolve(view);
    };
    const gone = () => done();
    const limit = setTimeout(gone, waitMs);
    reply.raw.on('close', gone);
    stop = runs.watch(run, view => {
      if (FINAL_STATES.includes(view.state)) done(view);
    });
    if (over) stop();
  });
}

function statusOf(code: ErrorCode): number {
  if (code === 'AUTH_REQUIRED') return 401;
  if (code.startsWith('AUTH_')) return 403;
  if (code === 'RUN_NOT_FOUND' || code === 'STUDY_UNKNOWN') return 404;
  return 422;
}
