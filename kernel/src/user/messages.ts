import type { PositionMap } from '../transform/edits.js';
import type { MimeBundle } from './mime.js';
import type { EvaluatedSource } from './sources.js';

/** Protocol process → user process. */
export type ToUser =
  | {
      readonly type: 'evaluate';
      readonly id: string;
      readonly name: string;
      readonly code: string;
      readonly hasValue: boolean;
      /** The cell as written, the way back to it, and what its author should know before it runs. */
      readonly source: string;
      readonly maps: readonly PositionMap[];
      readonly warnings: readonly string[];
      readonly expressions: Readonly<Record<string, string>>;
    }
  | ({ readonly type: 'plan'; readonly id: string; readonly name: string } & EvaluatedSource)
  | { readonly type: 'interrupt'; readonly id: string }
  | { readonly type: 'complete'; readonly id: string; readonly expression: string }
  | { readonly type: 'inspect'; readonly id: string; readonly expression: string }
  | { readonly type: 'input'; readonly request: number; readonly value: string }
  | {
      readonly type: 'answer';
      readonly call: number;
      readonly value?: unknown;
      readonly error?: CallError;
    }
  | { readonly type: 'assign'; readonly name: string; readonly value: unknown }
  | ({ readonly cell: string } & CommMessage);

/** A message of a comm, in either direction; `cell` beside it is the message or cell that it belongs to. */
export type CommMessage =
  | ({ readonly type: 'comm-open'; readonly target: string } & CommPayload)
  | ({ readonly type: 'comm-msg' } & CommPayload)
  | ({ readonly type: 'comm-close' } & CommPayload);

/** What every comm message carries. */
export interface CommPayload {
  readonly commId: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** What the front end does with the reply of a cell: `page` shows the data in a pager. */
export interface Payload {
  readonly source: 'page';
  readonly data: Readonly<Record<string, unknown>>;
  readonly start: number;
}

/** An error of the product as user code sees it. */
export interface CallError {
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}

/** An error of user code, ready to show. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** User process → protocol process. `cell` is the id of the evaluation that an output belongs to. */
export type FromUser =
  | { readonly type: 'ready' }
  /** User code ends its process. */
  | { readonly type: 'exit'; readonly code: number }
  | {
      readonly type: 'stream';
      readonly cell: string;
      readonly name: 'stdout' | 'stderr';
      readonly text: string;
    }
  | {
      readonly type: 'display';
      readonly cell: string;
      readonly bundle: MimeBundle;
      readonly displayId: string | null;
      readonly update: boolean;
    }
  | { readonly type: 'payload'; readonly cell: string; readonly payload: Payload }
  /** The listeners of a comm message of the front end have run. */
  | { readonly type: 'comm-handled'; readonly cell: string }
  | { readonly type: 'clear'; readonly cell: string; readonly wait: boolean }
  | {
      readonly type: 'done';
      readonly id: string;
      readonly result: MimeBundle | null;
      readonly error: CellError | null;
      readonly expressions: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'reply'; readonly id: string; readonly value: unknown }
  | {
      readonly type: 'prompt';
      readonly cell: string;
      readonly request: number;
      readonly text: string;
      readonly password: boolean;
    }
  | {
      readonly type: 'call';
      readonly cell: string;
      readonly call: number;
      readonly method: 'study' | 'run';
      readonly argument: unknown;
    }
  | ({ readonly cell: string } & CommMessage);
