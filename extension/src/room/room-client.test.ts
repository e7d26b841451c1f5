import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as sync from 'y-protocols/sync';
import * as Y from 'yjs';
import type { SharedDocument } from '../lab';
import { ACK, HELLO, REFUSED, SYNC } from './frames';
import { RoomClient } from './room-client';

/** The lab's side of the connection, as a test moves it. */
class FakeSocket {
  static readonly OPEN = 1;
  static last: FakeSocket;
  readyState = 0;
  binaryType = '';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly sent: Uint8Array[] = [];
  constructor() {
    FakeSocket.last = this;
  }
  send(frame: Uint8Array): void {
    this.sent.push(frame);
  }
  close(code = 1000, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }
  give(type: number, payload: Uint8Array): void {
    this.onmessage?.({ data: Uint8Array.of(type, ...payload).buffer });
  }
  step1(lab: Y.Doc): void {
    const encoder = encoding.createEncoder();
    sync.writeSyncStep1(encoder, lab);
    this.give(SYNC, encoding.toUint8Array(encoder));
  }
  step2(lab: Y.Doc): void {
    const encoder = encoding.createEncoder();
    sync.writeSyncStep2(encoder, lab);
    this.give(SYNC, encoding.toUint8Array(encoder));
  }
  acknowledge(sequence: number): void {
    this.give(ACK, new TextEncoder().encode(JSON.stringify({ sequence })));
  }
  /** Applies what the page sent, as the lab would. */
  takeInto(lab: Y.Doc): void {
    for (const frame of this.sent) {
      if (frame[0] !== SYNC) continue;
      const decoder = decoding.createDecoder(frame.subarray(1));
      sync.readSyncMessage(decoder, encoding.createEncoder(), lab, this);
    }
  }
}

describe('RoomClient', () => {
  let lab: Y.Doc;
  let page: Y.Doc;
  let room: RoomClient;
  let network: EventTarget;
  const join = (role: SharedDocument['role']) => {
    const document = { document: 'd', lineage: 'l', kernel: 'k', role };
    room = new RoomClient(document, {
      url: 'ws://lab/',
      doc: page,
      awareness: new Awareness(page),
      texts: { __: text => `fr: ${text}` },
      network
    });
    room.ready.catch(() => undefined);
    FakeSocket.last.open();
    return FakeSocket.last;
  };
  const isFlushed = async () => {
    let done = false;
    void room.flush().then(() => (done = true));
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    return done;
  };

  beforeEach(() => {
    vi.stubGlobal('WebSocket', FakeSocket);
    vi.useFakeTimers();
    network = new EventTarget();
    lab = new Y.Doc();
    page = new Y.Doc();
  });
  afterEach(() => {
    room.dispose();
    page.destroy();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('says saved when what it had to give is acknowledged, not before', async () => {
    const socket = join('editor');
    expect(socket.sent[0]?.[0]).toBe(HELLO);
    socket.step1(lab);
    socket.step2(lab);
    expect(room.state).toBe('connecting');
    expect(await isFlushed()).toBe(false);
    socket.acknowledge(1);
    expect(room.state).toBe('saved');
    expect(await isFlushed()).toBe(true);
  });

  it('says saved of offline edits only when they are on the disk of the lab', async () => {
    const first = join('editor');
    first.step1(lab);
    first.step2(lab);
    first.acknowledge(1);
    first.close(1006);
    page.getText('t').insert(0, 'typed offline');
    expect(room.state).toBe('offline');

    await vi.advanceTimersByTimeAsync(300);
    const second = FakeSocket.last;
    second.open();
    expect(await isFlushed()).toBe(false);
    second.step1(lab);
    second.step2(lab);
    expect(room.state).toBe('offline');
    expect(await isFlushed()).toBe(false);
    second.takeInto(lab);
    expect(lab.getText('t').toString()).toBe('typed offline');
    second.acknowledge(1);
    expect(room.state).toBe('saved');
    expect(await isFlushed()).toBe(true);
  });

  const settle = (socket: FakeSocket) => {
    socket.step1(lab);
    socket.step2(lab);
    socket.acknowledge(1);
  };
  const comeBack = (socket: FakeSocket) => {
    socket.open();
    socket.step1(lab);
    socket.takeInto(lab);
    socket.step2(lab);
    socket.acknowledge(1);
  };

  it('is offline when an open socket acknowledges nothing, and sends all later', async () => {
    const first = join('editor');
    settle(first);
    page.getText('t').insert(0, 'typed');
    await vi.advanceTimersByTimeAsync(4_000);
    expect(room.state).toBe('saving');
    page.getText('t').insert(0, 'more ');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(room.state).toBe('offline');
    expect(first.readyState).toBe(3);

    comeBack(FakeSocket.last);
    expect(FakeSocket.last).not.toBe(first);
    expect(room.state).toBe('saved');
    expect(lab.getText('t').toString()).toBe('more typed');
  });

  it('waits for a lab that acknowledges one thing after the other', async () => {
    const socket = join('editor');
    settle(socket);
    for (let turn = 0; turn < 3; turn += 1) page.getText('t').insert(0, 'x');
    for (let sequence = 2; sequence <= 4; sequence += 1) {
      await vi.advanceTimersByTimeAsync(4_000);
      expect(room.state).toBe('saving');
      socket.acknowledge(sequence);
    }
    expect(room.state).toBe('saved');
    expect(FakeSocket.last).toBe(socket);
  });

  it('notices in an idle room that the connection is dead, for a reader too', async () => {
    const socket = join('viewer');
    socket.step1(lab);
    socket.step2(lab);
    const before = socket.sent.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(socket.sent.slice(before).map(([type]) => type)).toEqual([SYNC]);
    socket.step2(lab);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(room.state).toBe('saved');
    await vi.advanceTimersByTimeAsync(6_500);
    expect(room.state).toBe('offline');
    expect(FakeSocket.last).not.toBe(socket);
  });

  it('believes the browser that the network is gone, and that it is back', async () => {
    const first = join('editor');
    settle(first);
    network.dispatchEvent(new Event('offline'));
    expect(room.state).toBe('offline');
    page.getText('t').insert(0, 'typed');
    for (let turn = 0; turn < 6; turn += 1) {
      await vi.advanceTimersByTimeAsync(10_000);
      FakeSocket.last.close(1006);
    }
    const waiting = FakeSocket.last;
    network.dispatchEvent(new Event('online'));
    expect(FakeSocket.last).not.toBe(waiting);
    comeBack(FakeSocket.last);
    expect(room.state).toBe('saved');
    expect(lab.getText('t').toString()).toBe('typed');
    const last = FakeSocket.last;
    await vi.advanceTimersByTimeAsync(9_000);
    expect(FakeSocket.last).toBe(last);
  });

  it('does not leave a room in which a change was refused', async () => {
    const socket = join('editor');
    settle(socket);
    page.getText('t').insert(0, 'forged');
    const error = { code: 'ROOM_FORGED_RESULT', message: 'm', mend: 'n' };
    socket.give(REFUSED, new TextEncoder().encode(JSON.stringify(error)));
    await vi.advanceTimersByTimeAsync(9_000);
    expect(room.state).toBe('refused');
    expect(FakeSocket.last).toBe(socket);
  });

  it('tells how long changes made here wait for the disk of the lab', async () => {
    const first = join('editor');
    const told: boolean[] = [];
    room.unsavedChanged.connect((_, unsaved) => told.push(unsaved));
    first.step1(lab);
    first.step2(lab);
    first.acknowledge(1);
    expect(told).toEqual([]);
    page.getText('t').insert(0, 'typed');
    page.getText('t').insert(0, 'more ');
    expect(told).toEqual([true]);
    first.close(1006);
    await vi.advanceTimersByTimeAsync(300);
    FakeSocket.last.open();
    FakeSocket.last.step1(lab);
    FakeSocket.last.step2(lab);
    expect(told).toEqual([true]);
    FakeSocket.last.acknowledge(1);
    expect(told).toEqual([true, false]);
  });

  it('sends nothing of a reader, and is settled without an acknowledgement', () => {
    const socket = join('viewer');
    socket.step1(lab);
    socket.step2(lab);
    page.getText('t').insert(0, 'mine alone');
    expect(room.state).toBe('saved');
    socket.takeInto(lab);
    expect(lab.getText('t').toString()).toBe('');
  });

  it('says in the language of the page why it cannot join', async () => {
    const socket = join('editor');
    const error = { code: 'ROOM_FOREIGN_LINEAGE', message: 'Another history.', mend: 'Open it.' };
    socket.give(REFUSED, new TextEncoder().encode(JSON.stringify(error)));
    socket.close(4403, 'ROOM_FOREIGN_LINEAGE');
    await expect(room.ready).rejects.toThrow('fr: Another history. fr: Open it.');
    expect(room.state).toBe('refused');
  });

  it('does not let a cell wait for ever behind a change that the lab refused', async () => {
    const socket = join('editor');
    socket.step1(lab);
    socket.step2(lab);
    socket.acknowledge(1);
    page.getText('t').insert(0, 'forged');
    const flushed = room.flush();
    const error = { code: 'ROOM_FORGED_RESULT', message: 'm', mend: 'n' };
    socket.give(REFUSED, new TextEncoder().encode(JSON.stringify(error)));
    await expect(flushed).rejects.toThrow();
    await expect(room.flush()).rejects.toThrow();
    expect(room.state).toBe('refused');
  });
});
