import { z } from 'zod';

/** A code cell as the lab holds it. */
export interface CodeCell {
  readonly id: string;
  readonly source: string;
}

/** Type and content of a message. */
export interface ReaderMessage {
  readonly type: string;
  readonly content: unknown;
}

const REQUESTS = new Set(['kernel_info_request', 'comm_info_request']);
const WIDGETS = 'jupyter.widget.control';
const TYPES = 'wardbook.language';
const OPEN_AT_ONCE = 64;

const Id = z.string().min(1).max(200);
const Open = z.looseObject({ comm_id: Id, target_name: z.enum([WIDGETS, TYPES]) });
const Message = z.looseObject({ comm_id: Id, data: z.looseObject({}).default({}) });
const Check = z.looseObject({
  type: z.literal('check'),
  request: z.number(),
  changed: z.array(Id).max(10_000).optional()
});

/**
 * What a reader's page may ask a kernel: what it is, the state of its widgets, and the problems of the cells as the
 * lab holds them. Nothing that the reader writes reaches the kernel, so none of it runs code or changes anything.
 */
export class ReaderGate {
  readonly #cells: () => Promise<readonly CodeCell[]>;
  /** Targets of the comms that this page has opened, by id. */
  readonly #comms = new Map<string, string>();

  constructor(cells: () => Promise<readonly CodeCell[]>) {
    this.#cells = cells;
  }

  /** The content that the kernel is sent instead of what the page sent; null when it is sent nothing. */
  async admit({ type, content }: ReaderMessage): Promise<unknown> {
    if (REQUESTS.has(type)) return content;
    switch (type) {
      case 'comm_open':
        return this.#open(content);
      case 'comm_msg':
        return this.#message(content);
      case 'comm_close':
        return this.#close(content);
      default:
        return null;
    }
  }

  #open(content: unknown): unknown {
    const asked = Open.safeParse(content).data;
    if (asked === undefined || this.#comms.size >= OPEN_AT_ONCE) return null;
    const { comm_id, target_name } = asked;
    this.#comms.set(comm_id, target_name);
    return { comm_id, target_name, data: {} };
  }

  async #message(content: unknown): Promise<unknown> {
    const { comm_id, data } = Message.safeParse(content).data ?? { comm_id: '', data: {} };
    const target = this.#comms.get(comm_id);
    if (target === WIDGETS && data['method'] === 'request_states')
      return { comm_id, data: { method: 'request_states' } };
    const check = Check.safeParse(data).data;
    if (target !== TYPES || check === undefined) return null;
    const { type, request, changed } = check;
    return { comm_id, data: { type, request, changed, cells: await this.#cells() } };
  }

  #close(content: unknown): unknown {
    const { comm_id } = Message.safeParse(content).data ?? { comm_id: '' };
    return this.#comms.delete(comm_id) ? { comm_id, data: {} } : null;
  }
}

/** An answer as a reader's page is told it: their kernel has no debugger and no subshells, so that none is asked for. */
export function toldToReader({ type, content }: ReaderMessage): unknown {
  if (type !== 'kernel_info_reply' || typeof content !== 'object') return content;
  return { ...content, debugger: false, supported_features: [] };
}
