import type { z } from 'zod';
import { wardbookError, type ErrorCode } from './errors.js';

/**
 * Reads unknown input by a schema; refuses, never repairs.
 *
 * @param code error of the registry to throw
 * @throws the given code with limits `{ path, problem }` of the first fault
 */
export function parseWith<T>(schema: z.ZodType<T>, input: unknown, code: ErrorCode): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknownKeys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  throw wardbookError(code, {
    path: (issue?.path ?? []).map(String).join('.'),
    problem: issue?.code ?? 'invalid',
    ...(unknownKeys.length > 0 && { fields: unknownKeys })
  });
}
