import { wardbookError } from '@wardbook/protocol';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { WebSocket } from 'ws';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';
import { z } from 'zod';
import type { LabUser } from '../config.js';
import { allows } from '../identity/roles.js';
import type { DocumentEntry } from './document-index.js';
import type { Room, RoomMember } from './room.js';
import { ACK, AWARENESS, HELLO, REFUSED, SYNC } from './wire.js';

const Hello = z.strictObject({
  protocol: z.literal(1),
  document: z.string(),
  lineage: z.string(),
  schema: z.literal(1)
});

const HEARTBEAT_MS = 10_000;

/** Close codes of a room, with the error's code as reason: the page must not come back by itself. */
const REFUSED_CLOSE = 4403;

/** Speaks with one page: checks its hello, its role and every update; stamps who it is. */
export function serveRoom(
  socket: WebSocket,
  room: Room,
  entry: DocumentEntry,
  user: LabUser
): void {
  new RoomSocket(socket, room, entry, user).start();
}

class RoomSocket implements RoomMember {
  readonly #socket: WebSocket;
  readonly #room: Room;
  readonly #entry: DocumentEntry;
  readonly #user: LabUser;
  readonly #clients = new Set<number>();
  #greeted = false;
  #updates = 0;

  constructor(socket: WebSocket, room: Room, entry: DocumentEntry, user: LabUser) {
    this.#socket = socket;
    this.#room = room;
    this.#entry = entry;
    this.#user = user;
  }

  start(): void {
    let alive = true;
    const beat = setInterval(() => {
      if (!alive) return this.#socket.terminate();
      alive = false;
      this.#socket.ping();
    }, HEARTBEAT_MS);
    this.#socket.on('pong', () => (alive = true));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      clearInterval(beat);
      this.#room.leave(this, this.#clients);
    });
    this.#socket.on('message', (data: Buffer) => {
      alive = true;
      try {
        this.#read(data);
      } catch {
        this.#end('ROOM_BAD_MESSAGE');
      }
    });
  }

  send(frame: Uint8Array): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(frame);
  }

  drop(): void {
    this.#socket.close(1011, 'LAB_INTERNAL');
  }

  #read(data: Buffer): void {
    const payload = new Uint8Array(data.subarray(1));
    if (!this.#greeted) return this.#greet(data);
    if (data[0] === SYNC) this.#sync(payload);
    else if (data[0] === AWARENESS) this.#presence(payload);
    else throw wardbookError('ROOM_BAD_MESSAGE');
  }

  #greet(data: Buffer): void {
    if (data[0] !== HELLO) throw wardbookError('ROOM_BAD_MESSAGE');
    const hello = Hello.parse(JSON.parse(data.subarray(1).toString('utf8')));
    // A page that holds another history of this notebook would double every cell: it must begin anew.
    if (hello.document !== this.#entry.document || hello.lineage !== this.#entry.lineage)
      return this.#end('ROOM_FOREIGN_LINEAGE');
    this.#greeted = true;
    this.#room.join(this);
    const encoder = encoding.createEncoder();
    encoding.writeUint8(encoder, SYNC);
    sync.writeSyncStep1(encoder, this.#room.notebook.doc);
    this.send(encoding.toUint8Array(encoder));
  }

  #sync(payload: Uint8Array): void {
    const decoder = decoding.createDecoder(payload);
    const kind = decoding.readVarUint(decoder);
    const bytes = decoding.readVarUint8Array(decoder);
    if (kind === sync.messageYjsSyncStep1) {
      const encoder = encoding.createEncoder();
      encoding.writeUint8(encoder, SYNC);
      sync.writeSyncStep2(encoder, this.#room.notebook.doc, bytes);
      return this.send(encoding.toUint8Array(encoder));
    }
    this.#update(bytes, kind === sync.messageYjsSyncStep2);
  }

  #update(update: Uint8Array, isAnswer: boolean): void {
    const { structs } = Y.decodeUpdate(update);
    if (!allows(this.#user, 'editor')) {
      // What the page got from us comes back at a reconnect; only something new is an attempt to write.
      if (!isAnswer || structs.some(({ id, length }) => this.#isNew(id, length)))
        this.#refuse('ROOM_READ_ONLY');
      return;
    }
    if (!this.#room.apply(update, this)) return this.#refuse('ROOM_FORGED_RESULT');
    this.#updates += 1;
    const sequence = this.#updates;
    void this.#room.durable.then(
      () => this.#json(ACK, { sequence }),
      () => this.drop()
    );
  }

  #isNew(id: { readonly client: number; readonly clock: number }, length: number): boolean {
    return Y.getState(this.#room.notebook.doc.store, id.client) < id.clock + length;
  }

  #refuse(code: 'ROOM_READ_ONLY' | 'ROOM_FORGED_RESULT'): void {
    this.#json(REFUSED, wardbookError(code).toWire());
  }

  #end(code: 'ROOM_FOREIGN_LINEAGE' | 'ROOM_BAD_MESSAGE'): void {
    this.#json(REFUSED, wardbookError(code).toWire());
    this.#socket.close(REFUSED_CLOSE, code);
  }

  // Name, colour and role are stamped from the session: nobody can wear another's name.
  #presence(payload: Uint8Array): void {
    const update = decoding.readVarUint8Array(decoding.createDecoder(payload));
    const { name, displayName, color, role } = this.#user;
    const initials = displayName
      .split(/\s+/)
      .map(word => word[0])
      .join('')
      .slice(0, 3);
    const stamped = awarenessProtocol.modifyAwarenessUpdate(update, (state: unknown) =>
      typeof state === 'object' && state !== null
        ? {
            ...state,
            user: {
              username: name,
              name: displayName,
              display_name: displayName,
              initials,
              color,
              role
            }
          }
        : null
    );
    const decoder = decoding.createDecoder(stamped);
    const count = decoding.readVarUint(decoder);
    for (let index = 0; index < count; index += 1) {
      const client = decoding.readVarUint(decoder);
      decoding.readVarUint(decoder);
      decoding.readVarString(decoder);
      if (!this.#clients.has(client) && this.#room.awareness.getStates().has(client)) return;
      this.#clients.add(client);
    }
    awarenessProtocol.applyAwarenessUpdate(this.#room.awareness, stamped, this);
  }

  #json(type: number, value: unknown): void {
    this.send(Buffer.concat([Buffer.of(type), Buffer.from(JSON.stringify(value))]));
  }
}
