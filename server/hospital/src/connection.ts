import { randomBytes } from 'node:crypto';
import { verifyWith } from '@wardbook/masking';
import {
  CoordinatorMessage,
  WardbookError,
  agreeVersion,
  charterHash,
  decodeFrame,
  encodeFrame,
  identityOf,
  isErrorCode,
  parseWith,
  wardbookError,
  type Challenge,
  type ErrorCode,
  type Hello,
  type RoundOpen,
  type RunEnd,
  type RunId,
  type Sign
} from '@wardbook/protocol';
import { WebSocket } from 'ws';
import type { HospitalConfig } from './config.js';
import type { Snapshot } from './data/snapshot.js';
import type { Recorder } from './recorder.js';

/** What a connection needs and whom it tells. */
export interface ConnectionOptions {
  readonly config: HospitalConfig;
  readonly snapshot: Snapshot;
  readonly sign: Sign;
  readonly recorder: Recorder;
  /** The answer frame of a job. */
  readonly onJob: (job: RoundOpen) => Uint8Array;
  readonly onRunEnd: (end: RunEnd) => void;
  /** The runs that are open at the coordinator: all others have ended. */
  readonly onWelcome: (openRuns: readonly RunId[]) => void;
  /** `reason`: the code that either side ended it with, or `closed`. */
  readonly onState: (state: 'connected' | 'lost', reason: string) => void;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;
const SILENCE_MS = 15_000;

/** The hospital's only way out: one outbound WebSocket that opens itself again. */
export class Connection {
  readonly #options: ConnectionOptions;
  #socket: WebSocket | null = null;
  #timer: NodeJS.Timeout | null = null;
  #silence: NodeJS.Timeout | null = null;
  #waitMs = FIRST_WAIT_MS;
  #closed = false;
  /** Why this side ended the connection. */
  #reason: ErrorCode | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#open();
  }

  #open(): void {
    const socket = new WebSocket(this.#options.config.coordinator, {
      perMessageDeflate: false,
      maxPayload: 64 * 1024 * 1024
    });
    this.#socket = socket;
    const session: Session = { nonce: randomBytes(32).toString('hex'), welcomed: false };
    socket.on('message', (data: Buffer) => {
      this.#heard();
      try {
        this.#read(socket, session, data);
      } catch (error) {
        // An unsigned or malformed message ends the connection; it never ends the process.
        this.#reason = error instanceof WardbookError ? error.code : 'PROTOCOL_BAD_FRAME';
        socket.terminate();
      }
    });
    socket.on('ping', () => this.#heard());
    socket.on('open', () => this.#heard());
    socket.on('error', () => undefined);
    socket.on('close', (_, told: Buffer) => this.#again(told.toString('utf8')));
  }

  #read(socket: WebSocket, session: Session, data: Buffer): void {
    const { config } = this.#options;
    const frame = decodeFrame(data);
    if (!verifyWith(config.charter.coordinatorKey)(frame.signed, frame.signature))
      throw wardbookError('AUTH_BAD_SIGNATURE');
    const message = parseWith(CoordinatorMessage, frame.payload, 'PROTOCOL_BAD_FRAME');
    if (message.type === 'challenge')
      return this.#send(socket, encodeFrame(this.#hello(message, session), this.#options.sign));
    if (message.type === 'welcome') {
      if (message.nonce !== session.nonce) throw wardbookError('AUTH_BAD_SIGNATURE');
      session.welcomed = true;
      this.#waitMs = FIRST_WAIT_MS;
      this.#options.onWelcome(message.openRuns);
      return this.#options.onState('connected', '');
    }
    if (!session.welcomed) throw wardbookError('PROTOCOL_BAD_FRAME', { reason: 'order' });
    if (message.type === 'run-end') return this.#options.onRunEnd(message);
    this.#send(socket, this.#options.onJob(message));
  }

  #hello(challenge: Challenge, session: Session): Hello {
    const { config, snapshot } = this.#options;
    const { countBase } = config.policy;
    return {
      type: 'hello',
      version: agreeVersion(challenge.versions),
      hospital: config.hospital,
      study: config.study,
      charterHash: charterHash(config.charter),
      dictionaryHash: identityOf(config.dictionary),
      policy: config.policy,
      snapshot: {
        id: snapshot.id,
        patientsFloor: Math.floor(snapshot.patients / countBase) * countBase
      },
      challenge: challenge.nonce,
      nonce: session.nonce
    };
  }

  #send(socket: WebSocket, bytes: Uint8Array): void {
    this.#options.recorder.sent(bytes);
    if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
  }

  #heard(): void {
    if (this.#silence === null)
      this.#silence = setTimeout(() => this.#socket?.terminate(), SILENCE_MS);
    else this.#silence.refresh();
  }

  #again(told: string): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = null;
    if (this.#closed) return;
    this.#options.onState('lost', this.#reason ?? (isErrorCode(told) ? told : 'closed'));
    this.#reason = null;
    const jitter = 0.5 + Math.random() / 2;
    this.#timer = setTimeout(() => this.#open(), this.#waitMs * jitter);
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
  }

  /** Ends the connection for good. */
  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#socket?.close();
  }
}

interface Session {
  readonly nonce: string;
  welcomed: boolean;
}
