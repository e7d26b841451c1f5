import fastify, { type FastifyInstance } from 'fastify';
import { WardbookError, wardbookError, type ErrorCode } from '@wardbook/protocol';
import { z } from 'zod';
import { contentsRoutes } from './contents.js';
import type { LabParts } from './context.js';
import { fileRoutes } from './files.js';
import { identityRoutes } from './identity.js';
import { kernelRoutes } from './kernels.js';
import { pageRoutes } from './pages.js';
import { settingsRoutes } from './settings.js';
import { translationRoutes } from './translations.js';
import { wardbookRoutes } from './wardbook.js';
import { workspaceRoutes } from './workspaces.js';

const MAX_BODY_BYTES = 64_000_000;

const STATUS: Partial<Record<ErrorCode, number>> = {
  AUTH_REQUIRED: 401,
  AUTH_NOT_ALLOWED: 403,
  AUTH_NOT_MEMBER: 403,
  LAB_BAD_PATH: 400,
  LAB_BAD_REQUEST: 400,
  LAB_CONFLICT: 409,
  LAB_NOT_A_NOTEBOOK: 422,
  LAB_NOT_FOUND: 404,
  RUN_NOT_FOUND: 404,
  STUDY_UNKNOWN: 404,
  COORDINATOR_UNREACHABLE: 503
};

/** The lab's HTTP side. */
export function createHttpServer(parts: LabParts): FastifyInstance {
  const server = fastify({ bodyLimit: MAX_BODY_BYTES, logger: false });
  // JupyterLab sends its JSON as text/plain.
  server.removeContentTypeParser(['text/plain', 'application/json']);
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => {
    try {
      parsed(null, body === '' ? undefined : JSON.parse(String(body)));
    } catch {
      parsed(wardbookError('LAB_BAD_REQUEST'));
    }
  });
  server.setErrorHandler((error, _request, reply) => {
    const { code, known } = judge(error);
    return reply
      .code(code)
      .send({ message: `${known.message} ${known.mend}`, error: known.toWire() });
  });
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ message: 'not found', error: wardbookError('LAB_NOT_FOUND').toWire() })
  );
  for (const routes of [
    pageRoutes,
    identityRoutes,
    settingsRoutes,
    workspaceRoutes,
    translationRoutes,
    contentsRoutes,
    fileRoutes,
    kernelRoutes,
    wardbookRoutes
  ])
    routes(server, parts);
  return server;
}

function judge(error: unknown): { code: number; known: WardbookError } {
  if (error instanceof WardbookError) return { code: STATUS[error.code] ?? 422, known: error };
  if (error instanceof z.ZodError || (error instanceof Error && 'statusCode' in error))
    return { code: 400, known: wardbookError('LAB_BAD_REQUEST') };
  return { code: 500, known: wardbookError('LAB_INTERNAL', {}, { cause: error }) };
}
