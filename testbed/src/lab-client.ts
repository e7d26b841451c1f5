import { once } from 'node:events';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';

const SYNC = 0;
const HELLO = 2;
const ACK = 3;
const REFUSED = 4;
const WAIT_MS = 30_000;

/** What the lab says about a document. */
export interface DocumentInfo {
  readonly document: string;
  readonly lineage: string;
  readonly role: string;
}

/** One cell of the shared notebook as its readers see it. */
export interface CellView {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly state: string;
  readonly outputs: readonly Record<string, unknown>[];
}

/** A user's HTTP and WebSocket access to a lab, without a browser. */
export class LabClient {
  readonly #base: URL;
  readonly #token: string;
  constructor(url: string, token: string) {
    this.#base = new URL('/', url);
    this.#token = token;
  }

  /** Headers of an authorised request. */
  get headers(): Record<string, string> {
    return {
      authorization: `token ${this.#token}`,
      origin: this.#base.origin,
      'content-type': 'application/json'
    };
  }

  /** One request; the answer's JSON. Throws with status and body on failure. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(new URL(path, this.#base), {
      method,
      headers: this.headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(WAIT_MS)
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** Opens a notebook's document. */
  async open(path: string): Promise<DocumentInfo> {
    return (await this.call('POST', 'wardbook/documents', { path })) as DocumentInfo;
  }

  /** Joins the document's room, with a document of an earlier visit if there is one, and waits for the first sync. */
  async join(info: DocumentInfo, doc = new Y.Doc()): Promise<Room> {
    const url = new URL(`wardbook/rooms/${info.document}`, this.#base);
    url.protocol = 'ws:';
    const socket = new WebSocket(url, { headers: this.headers, perMessageDeflate: false });
    const room = new Room(socket, info, doc);
    await room.synced;
    return room;
  }
}

/** A live copy of a shared notebook. */
export class Room {
  readonly doc: Y.Doc;
  readonly synced: Promise<void>;
  /** Number of own updates that are durable at the server; the answer to its step 1 is one. */
  acknowledged = 0;
  /** Number of own updates sent. */
  sent = 0;
  /** Told when the lab did not take an update. */
  onRefused: (error: { readonly code: string }) => void = () => undefined;
  closed: { readonly code: number; readonly reason: string } | null = null;
  readonly #socket: WebSocket;
  readonly #mayWrite: boolean;
  readonly #changed = new EventTarget();

  constructor(socket: WebSocket, info: DocumentInfo, doc: Y.Doc) {
    this.doc = doc;
    this.#socket = socket;
    this.#mayWrite = info.role === 'editor' || info.role === 'owner';
    socket.binaryType = 'nodebuffer';
    this.synced = new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', (code, reason) => {
        this.closed = { code, reason: reason.toString() };
        reject(new Error(`room closed: ${code} ${reason.toString()}`));
        this.#changed.dispatchEvent(new Event('change'));
      });
      socket.on('open', () => this.#greet(info));
      socket.on('message', (data: Buffer) => {
        if (this.#read(data)) resolve();
        this.#changed.dispatchEvent(new Event('change'));
      });
    });
    this.synced.catch(() => undefined);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this) return;
      const encoder = encoding.createEncoder();
      sync.writeUpdate(encoder, update);
      this.sent += 1;
      this.#send(SYNC, encoding.toUint8Array(encoder));
    });
  }

  /** Sends raw bytes: for forged messages. */
  sendRaw(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  /** All cells as they are. */
  cells(): CellView[] {
    return this.doc.getArray<Y.Map<unknown>>('cells').map(cell => {
      const plain = cell.toJSON() as Record<string, unknown>;
      return {
        id: String(plain['id']),
        type: String(plain['cell_type']),
        source: String(plain['source']),
        state: typeof plain['execution_state'] === 'string' ? plain['execution_state'] : 'idle',
        outputs: (plain['outputs'] ?? []) as Record<string, unknown>[]
      };
    });
  }

  /** Waits until a condition on the document (or the connection) holds. */
  async until(condition: (room: Room) => boolean, limitMs = WAIT_MS): Promise<void> {
    const signal = AbortSignal.timeout(limitMs);
    while (!condition(this)) {
      await once(this.#changed, 'change', { signal }).catch((error: unknown) => {
        const marks = this.doc.getMap('executions').toJSON();
        const state = { closed: this.closed, marks, cells: this.cells() };
        throw new Error(`not within ${limitMs} ms: ${JSON.stringify(state)}`, { cause: error });
      });
    }
  }

  /** Leaves the room. */
  async leave(): Promise<void> {
    if (this.closed !== null) return;
    const ended = once(this.#socket, 'close');
    this.#socket.close();
    await ended;
  }

  #greet(info: DocumentInfo): void {
    const hello = { protocol: 1, document: info.document, lineage: info.lineage, schema: 1 };
    this.#send(HELLO, Buffer.from(JSON.stringify(hello)));
    const encoder = encoding.createEncoder();
    sync.writeSyncStep1(encoder, this.doc);
    this.#send(SYNC, encoding.toUint8Array(encoder));
  }

  #send(type: number, payload: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(Buffer.concat([Buffer.from([type]), payload]));
  }

  #read(data: Buffer): boolean {
    const payload = data.subarray(1);
    if (data[0] === ACK) {
      const ack = JSON.parse(payload.toString('utf8')) as { sequence: number };
      this.acknowledged = ack.sequence;
    }
    if (data[0] === REFUSED)
      this.onRefused(JSON.parse(payload.toString('utf8')) as { code: string });
    if (data[0] !== SYNC) return false;
    const decoder = decoding.createDecoder(new Uint8Array(payload));
    const encoder = encoding.createEncoder();
    const kind = sync.readSyncMessage(decoder, encoder, this.doc, this);
    if (encoding.length(encoder) > 0) {
      if (this.#mayWrite) this.sent += 1;
      this.#send(SYNC, encoding.toUint8Array(encoder));
    }
    return kind === sync.messageYjsSyncStep2;
  }
}
