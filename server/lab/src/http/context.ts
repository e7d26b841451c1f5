import { wardbookError } from '@wardbook/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LabConfig, LabUser, Role } from '../config.js';
import type { Executions } from '../execution/executions.js';
import type { Journal } from '../execution/journal.js';
import type { Upstream } from '../gateway/upstream.js';
import { allows } from '../identity/roles.js';
import { isOwnOrigin, type Sessions } from '../identity/sessions.js';
import type { Kernels } from '../kernels/kernels.js';
import type { DocumentIndex } from '../rooms/document-index.js';
import type { Rooms } from '../rooms/rooms.js';
import type { NotebookFolder } from './notebook-folder.js';

/** The parts of a lab that its routes speak to. */
export interface LabParts {
  readonly config: LabConfig;
  readonly sessions: Sessions;
  readonly notebooks: NotebookFolder;
  readonly index: DocumentIndex;
  readonly rooms: Rooms;
  readonly kernels: Kernels;
  readonly executions: Executions;
  readonly journal: Journal;
  readonly upstream: Upstream;
}

/** Adds a group of routes. */
export type Routes = (server: FastifyInstance, parts: LabParts) => void;

/**
 * The user of a request with at least a role; what changes something must come from our own pages.
 *
 * @throws AUTH_REQUIRED, AUTH_NOT_ALLOWED
 */
export function userOf(request: FastifyRequest, parts: LabParts, needed: Role = 'viewer'): LabUser {
  const user = parts.sessions.authenticate(request.headers, Date.now());
  if (user === null) throw wardbookError('AUTH_REQUIRED');
  const safe = request.method === 'GET' || request.method === 'HEAD';
  if (!safe && !isOwnOrigin(request.headers)) throw wardbookError('AUTH_REQUIRED');
  if (!allows(user, needed)) throw wardbookError('AUTH_NOT_ALLOWED');
  return user;
}

/** A path parameter `*` or `:name`, decoded. */
export function parameter(request: FastifyRequest, name = '*'): string {
  const value = (request.params as Record<string, string | undefined>)[name];
  return (value ?? '').replace(/\/$/, '');
}

/** An empty answer. */
export function done(reply: FastifyReply, status = 204): FastifyReply {
  return reply.code(status).send();
}
