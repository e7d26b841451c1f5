import type { Readable, Writable } from 'node:stream';

/** A request or a notification that the other side sent. */
export interface IncomingCall {
  readonly method: string;
  readonly params: unknown;
  /** Absent for a notification. */
  readonly id?: number | string;
}

/** How an answer ended; `null` results are answers too. */
export type RpcAnswer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'late' }
  | { readonly kind: 'closed' };

const SEPARATOR = Buffer.from('\r\n\r\n');

/** JSON-RPC 2.0 with `Content-Length` headers over two streams, as language servers speak it. */
export class JsonRpc {
  readonly #output: Writable;
  readonly #onCall: (call: IncomingCall) => unknown;
  readonly #pending = new Map<number, (answer: RpcAnswer) => void>();
  #chunks: Buffer[] = [];
  #size = 0;
  #expected: number | null = null;
  #next = 0;
  #closed = false;

  /** @param onCall answers what the server asks; its value is the result of a request */
  constructor(input: Readable, output: Writable, onCall: (call: IncomingCall) => unknown) {
    this.#output = output;
    this.#onCall = onCall;
    input.on('data', (chunk: Buffer) => this.#read(chunk));
    input.on('end', () => this.close());
    input.on('error', () => this.close());
    output.on('error', () => this.close());
  }

  /** Asks; `late` after `limitMs`, `closed` when the other side is gone. Never rejects. */
  request(method: string, params: unknown, limitMs: number): Promise<RpcAnswer> {
    if (this.#closed) return Promise.resolve({ kind: 'closed' });
    this.#next += 1;
    const id = this.#next;
    return new Promise(resolve => {
      const limit = setTimeout(() => {
        this.#pending.delete(id);
        this.notify('$/cancelRequest', { id });
        resolve({ kind: 'late' });
      }, limitMs);
      this.#pending.set(id, answer => {
        clearTimeout(limit);
        resolve(answer);
      });
      this.#send({ id, method, params });
    });
  }

  /** Tells. */
  notify(method: string, params: unknown): void {
    if (!this.#closed) this.#send({ method, params });
  }

  /** Answers everything that waits with `closed`. */
  close(): void {
    this.#closed = true;
    for (const settle of this.#pending.values()) settle({ kind: 'closed' });
    this.#pending.clear();
  }

  #send(message: Readonly<Record<string, unknown>>): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }), 'utf8');
    this.#output.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#output.write(body);
  }

  #read(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    for (;;) {
      if (this.#expected === null) {
        const all = this.#join();
        const end = all.indexOf(SEPARATOR);
        if (end < 0) return;
        this.#expected = Number(
          /Content-Length: *(\d+)/i.exec(all.toString('latin1', 0, end))?.[1] ?? 0
        );
        this.#keep(all.subarray(end + SEPARATOR.length));
      }
      if (this.#size < this.#expected) return;
      const all = this.#join();
      const body = all.toString('utf8', 0, this.#expected);
      this.#keep(all.subarray(this.#expected));
      this.#expected = null;
      this.#take(body);
    }
  }

  #join(): Buffer {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first !== undefined) return first;
    const all = Buffer.concat(this.#chunks);
    this.#keep(all);
    return all;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
  }

  #take(body: string): void {
    const message = parsed(body);
    if (message === null) return;
    const { id, method } = message;
    if (typeof method === 'string') {
      const call = { method, params: message['params'], ...(isId(id) && { id }) };
      const result = this.#onCall(call) ?? null;
      if (isId(id)) this.#send({ id, result });
      return;
    }
    if (typeof id !== 'number') return;
    const settle = this.#pending.get(id);
    this.#pending.delete(id);
    const error = message['error'] as { message?: unknown } | undefined;
    settle?.(
      error === undefined
        ? { kind: 'result', result: message['result'] }
        : { kind: 'error', message: String(error.message) }
    );
  }
}

function isId(id: unknown): id is number | string {
  return typeof id === 'number' || typeof id === 'string';
}

function parsed(
  body: string
): (Record<string, unknown> & { id?: unknown; method?: unknown }) | null {
  try {
    const message: unknown = JSON.parse(body);
    return typeof message === 'object' && message !== null
      ? (message as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
