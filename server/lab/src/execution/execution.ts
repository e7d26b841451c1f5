import { randomUUID } from 'node:crypto';
import { RESULT_MIME, wardbookError, type ErrorCode, type ErrorLimits } from '@wardbook/protocol';
import type { LabKernel } from '../kernels/lab-kernel.js';
import { part, type Channel, type HeaderView, type Parts } from '../kernels/wire.js';
import type { Output } from '../rooms/nbformat.js';
import type { CellOutput } from './cell-output.js';

/** How an execution ended. */
export type Ending = 'done' | 'failed' | 'aborted';

/** What one execution needs. */
export interface ExecutionInput {
  readonly id: string;
  readonly cell: string;
  readonly code: string;
  readonly user: string;
  readonly kernel: LabKernel;
  readonly output: CellOutput;
  /** Whether a federated result in an output is one that the coordinator released. */
  readonly isReleased: (result: unknown) => Promise<boolean>;
}

interface Content {
  readonly name: string;
  readonly text: string;
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly transient?: { readonly display_id?: string };
  readonly execution_count: number;
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
  readonly wait: boolean;
  readonly execution_state: string;
  readonly status: string;
}

/**
 * Runs one cell in its kernel and writes what comes into the document, in the order in which it comes.
 *
 * @throws Error when an output could not be written
 */
export async function runExecution(input: ExecutionInput): Promise<Ending> {
  const { kernel, output } = input;
  const request = randomUUID();
  let work = Promise.resolve();
  let failure: Error | null = null;
  // One output that cannot be written neither stops the others nor leaves the queue waiting.
  const next = (step: () => void | Promise<void>) => {
    work = work.then(step).catch((error: unknown) => {
      failure ??= asError(error);
    });
  };
  let reply: string | null = null;
  let idle = false;
  return new Promise<Ending>((resolve, reject) => {
    const finish = (ending: Ending) => {
      stop();
      stopDeath();
      void work.then(() => (failure === null ? resolve(ending) : reject(failure)));
    };
    const heard = (channel: Channel, parts: Parts) => {
      if (part<HeaderView>(parts, 1).msg_id !== request) return;
      const type = part<HeaderView>(parts, 0).msg_type;
      const content = part<Content>(parts, 3);
      if (channel === 'iopub') next(() => write(input, type, content));
      if (channel === 'iopub' && type === 'status') idle ||= content.execution_state === 'idle';
      if (channel === 'shell' && type === 'execute_reply') reply = content.status;
      if (idle && reply !== null) finish(endingOf(reply));
    };
    const stop = kernel.listen(heard);
    const stopDeath = kernel.onDeath(() => {
      next(() => output.add(errorOutput('LAB_KERNEL_DIED'), null));
      finish('failed');
    });
    kernel
      .request(
        'shell',
        'execute_request',
        {
          code: input.code,
          silent: false,
          store_history: true,
          user_expressions: {},
          allow_stdin: false,
          stop_on_error: true
        },
        {
          id: request,
          username: input.user,
          metadata: { cellId: input.cell, wardbook: { execution: input.id } }
        }
      )
      .catch(() => {
        next(() => output.add(errorOutput('LAB_KERNEL_DIED'), null));
        finish('failed');
      });
  });
}

/** An error of the product as a cell's output. */
export function errorOutput(code: ErrorCode, limits: ErrorLimits = {}): Output {
  const error = wardbookError(code, limits);
  const facts = Object.entries(limits).map(([name, value]) => `${name}: ${String(value)}`);
  return {
    output_type: 'error',
    ename: code,
    evalue: error.message,
    traceback: [`${code}: ${error.message}`, error.mend, ...facts]
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function endingOf(status: string): Ending {
  if (status === 'ok') return 'done';
  return status === 'aborted' ? 'aborted' : 'failed';
}

async function write(input: ExecutionInput, type: string, content: Content): Promise<void> {
  const { output } = input;
  switch (type) {
    case 'execute_input':
      return output.count(content.execution_count);
    case 'stream':
      return output.add({ output_type: 'stream', name: content.name, text: content.text }, null);
    case 'display_data':
    case 'execute_result': {
      const { metadata, transient, execution_count } = content;
      const data = await judged(input, content.data);
      return output.add(
        {
          output_type: type,
          data,
          metadata,
          ...(type === 'execute_result' && { execution_count })
        },
        transient?.display_id ?? null
      );
    }
    case 'update_display_data':
      return output.update(
        content.transient?.display_id ?? '',
        await judged(input, content.data),
        content.metadata
      );
    case 'error': {
      const { ename, evalue, traceback } = content;
      return output.add({ output_type: 'error', ename, evalue, traceback }, null);
    }
    case 'clear_output':
      return output.clear(content.wait);
    default:
      return undefined;
  }
}

// User code may display anything; what it calls a federated result is shown as one only if it is one.
async function judged(
  input: ExecutionInput,
  data: Record<string, unknown>
): Promise<Record<string, unknown>> {
  if (!(RESULT_MIME in data)) return data;
  // When nobody can say, it is not shown as one.
  if (await input.isReleased(data[RESULT_MIME]).catch(() => false)) return data;
  const { [RESULT_MIME]: forged, ...rest } = data;
  return forged === undefined ? data : rest;
}
