import { randomBytes } from 'node:crypto';
import { signWith, verifyWith } from '@wardbook/masking';
import {
  HospitalMessage,
  PROTOCOL_VERSIONS,
  WardbookError,
  agreeVersion,
  charterHash,
  decodeFrame,
  encodeFrame,
  identityOf,
  parseWith,
  wardbookError,
  type CoordinatorMessage,
  type ErrorCode,
  type FederationView,
  type Hello,
  type HospitalId,
  type RunId,
  type Sign
} from '@wardbook/protocol';
import type { WebSocket } from 'ws';
import type { CoordinatorConfig } from '../config.js';

/** What the sockets tell. */
export interface HospitalSocketEvents {
  readonly onChange: (hospital: HospitalId, state: 'connected' | 'lost') => void;
  readonly onAnswer: (
    hospital: HospitalId,
    message: Exclude<HospitalMessage, { type: 'hello' }>,
    frame: Uint8Array
  ) => void;
  /** A connection was ended for what it said; null = it had not said truly who it is. */
  readonly onRefused: (hospital: HospitalId | null, code: ErrorCode) => void;
  readonly now: () => number;
  /** Open runs that a hospital takes part in. */
  readonly openRunsOf: (hospital: HospitalId) => RunId[];
}

const HEARTBEAT_MS = 1_000;
const MISSED_BEATS = 4;
/** A connection that has not said who it is by then ends. */
const GREETING_MS = 5_000;

interface LastHello {
  readonly hello: Hello;
  /** Identity of its policy. */
  readonly policy: string;
}

interface Link {
  readonly socket: WebSocket;
  readonly hello: Hello;
}

/** The hospitals' connections: challenge, hello, welcome; one live connection each; push only. */
export class HospitalSockets {
  readonly #config: CoordinatorConfig;
  readonly #events: HospitalSocketEvents;
  readonly #sign: Sign;
  readonly #links = new Map<HospitalId, Link>();
  readonly #lastHello = new Map<HospitalId, LastHello>();
  readonly #lastSeen = new Map<HospitalId, number>();
  /** One message for several hospitals is packed and signed once. */
  readonly #frames = new WeakMap<CoordinatorMessage, Uint8Array>();

  constructor(config: CoordinatorConfig, events: HospitalSocketEvents) {
    this.#config = config;
    this.#events = events;
    this.#sign = signWith(config.signing.privateKey);
  }

  /** Greets a hospital's new connection. */
  accept(socket: WebSocket): void {
    const nonce = randomBytes(32).toString('hex');
    let hospital: HospitalId | null = null;
    let missed = 0;
    const greeting = setTimeout(() => {
      if (hospital === null) socket.terminate();
    }, GREETING_MS);
    const beat = setInterval(() => {
      missed += 1;
      if (missed > MISSED_BEATS) socket.terminate();
      else socket.ping();
    }, HEARTBEAT_MS);
    socket.on('pong', () => {
      missed = 0;
      if (hospital !== null) this.#lastSeen.set(hospital, this.#events.now());
    });
    socket.on('message', (data: Buffer) => {
      missed = 0;
      try {
        if (hospital === null) hospital = this.#greet(socket, data, nonce);
        else this.#read(hospital, data);
      } catch (error) {
        // Unsigned, malformed or out of order: this connection ends, nothing else does. The other side hears the code.
        const code = error instanceof WardbookError ? error.code : 'PROTOCOL_BAD_FRAME';
        this.#events.onRefused(hospital, code);
        socket.close(1008, code);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(beat);
      clearTimeout(greeting);
      if (hospital === null || this.#links.get(hospital)?.socket !== socket) return;
      this.#links.delete(hospital);
      this.#events.onChange(hospital, 'lost');
    });
    this.#write(socket, { type: 'challenge', versions: [...PROTOCOL_VERSIONS], nonce });
  }

  /** Sends to a hospital if it is connected. */
  send(hospital: HospitalId, message: CoordinatorMessage): void {
    const link = this.#links.get(hospital);
    if (link) this.#write(link.socket, message);
  }

  /** Whether a hospital is connected. */
  isConnected(hospital: HospitalId): boolean {
    return this.#links.has(hospital);
  }

  /** Snapshot and identity of the policy that a hospital told last; null before its first connection. */
  helloOf(hospital: HospitalId): { snapshot: string; policy: string } | null {
    const last = this.#lastHello.get(hospital);
    return last === undefined ? null : { snapshot: last.hello.snapshot.id, policy: last.policy };
  }

  /** The federation as its members see it. */
  view(): FederationView {
    const { charter } = this.#config;
    return {
      study: { id: charter.study, title: charter.title },
      hospitals: charter.hospitals.map(({ id, name, policy }) => {
        const hello = this.#lastHello.get(id)?.hello;
        const seen = this.#lastSeen.get(id);
        return {
          id,
          name,
          state: this.#links.has(id) ? 'connected' : 'lost',
          policy: hello?.policy ?? policy,
          snapshot: hello?.snapshot ?? null,
          lastSeen: seen === undefined ? null : new Date(seen).toISOString()
        };
      })
    };
  }

  /** Ends all connections. */
  close(): void {
    for (const { socket } of this.#links.values()) socket.terminate();
  }

  #greet(socket: WebSocket, data: Buffer, nonce: string): HospitalId {
    const frame = decodeFrame(data);
    const hello = parseWith(HospitalMessage, frame.payload, 'PROTOCOL_BAD_FRAME');
    if (hello.type !== 'hello' || hello.challenge !== nonce)
      throw wardbookError('AUTH_BAD_SIGNATURE');
    const { charter } = this.#config;
    const key = charter.hospitals.find(({ id }) => id === hello.hospital)?.signingKey;
    if (key === undefined || !verifyWith(key)(frame.signed, frame.signature))
      throw wardbookError('AUTH_BAD_SIGNATURE');
    if (hello.charterHash !== charterHash(charter)) throw wardbookError('CHARTER_INVALID');
    const version = agreeVersion([hello.version]);
    const older = this.#links.get(hello.hospital);
    this.#links.set(hello.hospital, { socket, hello });
    this.#lastHello.set(hello.hospital, { hello, policy: identityOf(hello.policy) });
    this.#lastSeen.set(hello.hospital, this.#events.now());
    older?.socket.terminate();
    const openRuns = this.#events.openRunsOf(hello.hospital);
    this.#write(socket, { type: 'welcome', version, nonce: hello.nonce, openRuns });
    this.#events.onChange(hello.hospital, 'connected');
    return hello.hospital;
  }

  #read(hospital: HospitalId, data: Buffer): void {
    const frame = decodeFrame(data);
    const key = this.#config.charter.hospitals.find(({ id }) => id === hospital)?.signingKey ?? '';
    if (!verifyWith(key)(frame.signed, frame.signature)) throw wardbookError('AUTH_BAD_SIGNATURE');
    const message = parseWith(HospitalMessage, frame.payload, 'PROTOCOL_BAD_FRAME');
    if (message.type === 'hello') throw wardbookError('PROTOCOL_BAD_FRAME', { reason: 'order' });
    this.#lastSeen.set(hospital, this.#events.now());
    this.#events.onAnswer(hospital, message, new Uint8Array(data));
  }

  #write(socket: WebSocket, message: CoordinatorMessage): void {
    const known = this.#frames.get(message);
    const frame = known ?? encodeFrame(message, this.#sign);
    if (known === undefined) this.#frames.set(message, frame);
    socket.send(frame);
  }
}
