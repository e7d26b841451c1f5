import { Signal, type ISignal } from '@lumino/signaling';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as sync from 'y-protocols/sync';
import type * as Y from 'yjs';
import { LabCallError, type ErrorTexts, type LabError } from '../lab-error';
import type { SharedDocument } from '../lab';
import { ConnectionWatch } from './connection-watch';
import { ACK, askMissing, AWARENESS, encoded, frame, HELLO, json, REFUSED, SYNC } from './frames';

/** Close code after which coming back by itself would not help. */
const REFUSED_CLOSE = 4403;
// For a close without an error before it.
const CANNOT_JOIN = {
  message: 'The shared notebook cannot be joined.',
  mend: 'Copy what you have not saved, then open the notebook again.'
};
const RETRY_MS = [200, 500, 1_000, 2_000, 5_000];

/** How a page stands with its room. */
export type RoomState = 'connecting' | 'saving' | 'saved' | 'offline' | 'refused';

/** What a page brings into a room. */
export interface RoomConnection {
  /** Address of the room's socket. */
  readonly url: string;
  readonly doc: Y.Doc;
  readonly awareness: awarenessProtocol.Awareness;
  /** For what the lab refuses. */
  readonly texts: ErrorTexts;
  /** Says `offline` and `online`, as a window does. */
  readonly network: EventTarget;
}

/**
 * One page's side of a shared notebook: sends own changes, takes others', comes back by itself. "Saved" is said only
 * after the lab acknowledged that the changes are on disk.
 */
export class RoomClient {
  readonly document: SharedDocument;
  readonly ready: Promise<void>;
  readonly #doc: Y.Doc;
  readonly #awareness: awarenessProtocol.Awareness;
  readonly #url: string;
  readonly #texts: ErrorTexts;
  readonly #network: EventTarget;
  readonly #watch = new ConnectionWatch({
    probe: () => this.#send(SYNC, askMissing(this.#doc)),
    lost: () => this.#lose()
  });
  readonly #stateChanged = new Signal<RoomClient, RoomState>(this);
  readonly #refused = new Signal<RoomClient, LabCallError>(this);
  #socket: WebSocket | null = null;
  #state: RoomState = 'connecting';
  readonly #unsavedChanged = new Signal<RoomClient, boolean>(this);
  #isUnsaved = false;
  #isSynced = false;
  #sent = 0;
  #acknowledged = 0;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;
  #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  #error: LabCallError | null = null;
  #synced: () => void = () => undefined;
  #failed: (error: Error) => void = () => undefined;

  constructor(document: SharedDocument, { url, doc, awareness, texts, network }: RoomConnection) {
    this.document = document;
    this.#url = url;
    this.#doc = doc;
    this.#awareness = awareness;
    this.#texts = texts;
    this.#network = network;
    this.ready = new Promise((resolve, reject) => {
      this.#synced = resolve;
      this.#failed = reject;
    });
    doc.on('update', this.#onUpdate);
    awareness.on('update', this.#onAwareness);
    network.addEventListener('offline', this.#lose);
    network.addEventListener('online', this.#onOnline);
    this.#connect();
  }

  /** How the page stands with its room. */
  get state(): RoomState {
    return this.#state;
  }

  /** Tells every change of `state`. */
  get stateChanged(): ISignal<RoomClient, RoomState> {
    return this.#stateChanged;
  }

  /** Tells when changes made here begin to wait for the lab's disk (true), and when all are there (false). */
  get unsavedChanged(): ISignal<RoomClient, boolean> {
    return this.#unsavedChanged;
  }

  /** Tells of a change that the lab did not take. */
  get refused(): ISignal<RoomClient, LabCallError> {
    return this.#refused;
  }

  /** Whether this person may change the notebook. */
  get mayWrite(): boolean {
    return this.document.role === 'editor' || this.document.role === 'owner';
  }

  /** Whether this person may run its cells. */
  get mayRun(): boolean {
    return this.mayWrite || this.document.role === 'executor';
  }

  /** Resolves when every change made here so far is on the lab's disk. @throws LabCallError when the lab refused one */
  async flush(): Promise<void> {
    await this.ready;
    if (this.#error !== null) throw this.#error;
    if (this.#isSettled) return;
    await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  // Before the lab's own state came on this connection, nobody knows what it lacks.
  get #isSettled(): boolean {
    return this.#isSynced && this.#acknowledged >= this.#sent;
  }

  /** Leaves the room. */
  dispose(): void {
    this.#disposed = true;
    this.#doc.off('update', this.#onUpdate);
    this.#awareness.off('update', this.#onAwareness);
    awarenessProtocol.removeAwarenessStates(this.#awareness, [this.#doc.clientID], 'left');
    this.#network.removeEventListener('offline', this.#lose);
    this.#network.removeEventListener('online', this.#onOnline);
    clearTimeout(this.#retry);
    this.#watch.stop();
    this.#socket?.close();
    Signal.clearData(this);
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#watch.begin();
    socket.onopen = () => this.#greet();
    socket.onmessage = ({ data }) => {
      this.#read(new Uint8Array(data as ArrayBuffer));
      // What was refused is never acknowledged.
      this.#watch.heard(!this.#isSettled && this.#error === null);
    };
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
  }

  // The browser tells of a dead socket's end late, or never.
  readonly #lose = (): void => {
    const socket = this.#socket;
    if (socket === null || this.#disposed) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.#closed(1006, '');
  };

  readonly #onOnline = (): void => {
    if (this.#isSynced || this.#error !== null) return;
    this.#lose();
    clearTimeout(this.#retry);
    this.#connect();
  };

  #closed(code: number, reason: string): void {
    this.#isSynced = false;
    this.#socket = null;
    this.#watch.stop();
    if (this.#disposed) return;
    const others = [...this.#awareness.getStates().keys()].filter(id => id !== this.#doc.clientID);
    awarenessProtocol.removeAwarenessStates(this.#awareness, others, this);
    if (code === REFUSED_CLOSE) {
      const error = this.#error ?? this.#refuse({ ...CANNOT_JOIN, code: reason });
      this.#failed(error);
      return;
    }
    if (this.#error === null) this.#setState('offline');
    const wait = RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)] ?? 1_000;
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #greet(): void {
    this.#attempt = 0;
    // A new connection counts from nothing: what was not acknowledged travels again with the answer to the lab's step 1.
    this.#isSynced = false;
    this.#sent = 0;
    this.#acknowledged = 0;
    const { document, lineage } = this.document;
    const hello = JSON.stringify({ protocol: 1, document, lineage, schema: 1 });
    this.#send(HELLO, new TextEncoder().encode(hello));
    this.#send(SYNC, askMissing(this.#doc));
    if (this.#awareness.getLocalState() !== null) this.#sendAwareness([this.#doc.clientID]);
  }

  #read(received: Uint8Array): void {
    const payload = received.subarray(1);
    switch (received[0]) {
      case SYNC:
        return this.#readSync(payload);
      case AWARENESS:
        return awarenessProtocol.applyAwarenessUpdate(
          this.#awareness,
          decoding.readVarUint8Array(decoding.createDecoder(payload)),
          this
        );
      case ACK: {
        const { sequence } = json(payload) as { sequence: number };
        this.#acknowledged = sequence;
        if (this.#isSettled) this.#settled();
        return;
      }
      case REFUSED:
        this.#refuse(json(payload) as LabError);
        return;
      default:
        return;
    }
  }

  #readSync(payload: Uint8Array): void {
    const decoder = decoding.createDecoder(payload);
    const kind = decoding.readVarUint(decoder);
    const bytes = decoding.readVarUint8Array(decoder);
    const encoder = encoding.createEncoder();
    if (kind === sync.messageYjsSyncStep1) {
      // What the lab does not have yet: also what was typed while there was no connection.
      if (!this.mayWrite) return;
      sync.writeSyncStep2(encoder, this.#doc, bytes);
      this.#sent += 1;
      this.#send(SYNC, encoding.toUint8Array(encoder));
      return;
    }
    const whole = decoding.createDecoder(payload);
    sync.readSyncMessage(whole, encoder, this.#doc, this);
    if (kind !== sync.messageYjsSyncStep2) return;
    this.#isSynced = true;
    this.#synced();
    if (this.#isSettled) this.#settled();
  }

  #settled(): void {
    if (this.#error === null) {
      this.#setState('saved');
      this.#setUnsaved(false);
    }
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  // The page holds what the lab does not: what is typed on top of it would be refused too.
  #refuse(error: LabError): LabCallError {
    const shown = new LabCallError(error, this.#texts);
    this.#error = shown;
    this.#setState('refused');
    this.#refused.emit(shown);
    for (const { reject } of this.#waiting.splice(0)) reject(shown);
    return shown;
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this || !this.mayWrite) return;
    this.#sent += 1;
    if (this.#state === 'saved') this.#setState('saving');
    this.#setUnsaved(true);
    this.#send(
      SYNC,
      encoded(encoder => sync.writeUpdate(encoder, update))
    );
    if (this.#socket?.readyState === WebSocket.OPEN) this.#watch.expect();
  };

  readonly #onAwareness = (
    change: Record<'added' | 'updated' | 'removed', number[]>,
    origin: unknown
  ): void => {
    if (origin === this) return;
    const own = [...change.added, ...change.updated, ...change.removed].filter(
      id => id === this.#doc.clientID
    );
    if (own.length > 0) this.#sendAwareness(own);
  };

  #sendAwareness(clients: number[]): void {
    const update = awarenessProtocol.encodeAwarenessUpdate(this.#awareness, clients);
    this.#send(
      AWARENESS,
      encoded(encoder => encoding.writeVarUint8Array(encoder, update))
    );
  }

  #send(type: number, payload: Uint8Array): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(frame(type, payload));
  }

  #setUnsaved(unsaved: boolean): void {
    if (unsaved === this.#isUnsaved) return;
    this.#isUnsaved = unsaved;
    this.#unsavedChanged.emit(unsaved);
  }

  #setState(state: RoomState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#stateChanged.emit(state);
  }
}
