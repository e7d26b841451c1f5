import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { signRequest } from '@wardbook/kernel';
import { startHospital, type Hospital } from '@wardbook/hospital';
import { signWith } from '@wardbook/masking';
import {
  Charter,
  HospitalMessage,
  MemberId,
  RunId,
  charterHash,
  decodeFrame,
  encodeFrame,
  parsePlan,
  type CoordinatorMessage,
  type HospitalId,
  type RoundOpen
} from '@wardbook/protocol';
import Database from 'libsql';
import { WebSocketServer, type WebSocket } from 'ws';

/** An answer of a hospital with the whole frame it came in. */
export interface RawAnswer {
  readonly message: HospitalMessage;
  readonly frame: Uint8Array;
}

/**
 * A coordinator in the hands of an attacker: it holds the real coordinator key and speaks the real protocol to
 * real hospitals, but says whatever the test wants.
 */
export class LyingCoordinator {
  readonly charter: Charter;
  readonly #home: string;
  readonly #server: WebSocketServer;
  readonly #coordinatorKey: string;
  readonly #sockets = new Map<HospitalId, WebSocket>();
  readonly #hospitals: Hospital[] = [];
  /** Runs it calls open when a hospital comes back. */
  readonly #runs: RunId[] = [];

  private constructor(home: string, charter: Charter, coordinatorKey: string) {
    this.#home = home;
    this.charter = charter;
    this.#coordinatorKey = coordinatorKey;
    this.#server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    this.#server.on('connection', socket => this.#greet(socket));
  }

  /** Takes over the home folder of a stopped federation and starts its hospitals in this process. */
  static async over(home: string, hospitals: readonly string[]): Promise<LyingCoordinator> {
    const charter = Charter.parse(
      JSON.parse(await readFile(join(home, 'study', 'charter.json'), 'utf8'))
    );
    const keys = JSON.parse(await readFile(join(home, 'coordinator', 'keys.json'), 'utf8')) as {
      signing: { privateKey: string };
    };
    const liar = new LyingCoordinator(home, charter, keys.signing.privateKey);
    await once(liar.#server, 'listening');
    for (const id of hospitals) await liar.#start(id);
    return liar;
  }

  /** A job with a request truly signed by a member; the test changes what it likes. */
  async job(plan: unknown, changes: Partial<RoundOpen> = {}, member = 'ana'): Promise<RoundOpen> {
    const file = join(this.#home, 'members', `${member}.json`);
    const keys = JSON.parse(await readFile(file, 'utf8')) as { signing: { privateKey: string } };
    const parsed = parsePlan(plan);
    const run = RunId.parse(randomBytes(16).toString('hex'));
    this.#runs.push(run);
    return {
      type: 'round-open',
      run,
      round: 0,
      plan: parsed,
      request: signRequest(parsed, 'test', MemberId.parse(member), keys.signing.privateKey),
      charterHash: charterHash(this.charter),
      participants: parsed.hospitals,
      contributions: [],
      ...changes
    };
  }

  /** Sends a job to one hospital and waits for its answer. */
  async ask(hospital: string, job: RoundOpen): Promise<RawAnswer> {
    const socket = this.#sockets.get(hospital as HospitalId);
    if (socket === undefined) throw new Error(`${hospital} is not connected`);
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(10_000) });
    this.#write(socket, job);
    const [data] = (await answered) as [Buffer];
    const frame = Uint8Array.from(data);
    return { message: HospitalMessage.parse(decodeFrame(frame).payload), frame };
  }

  /** Sends bytes that nobody signed. */
  sendRaw(hospital: string, bytes: Uint8Array): void {
    this.#sockets.get(hospital as HospitalId)?.send(bytes);
  }

  /** Breaks the stored state of a run at a hospital, as a damaged disk would. */
  corruptState(hospital: string, run: string): void {
    const database = new Database(join(this.#home, 'hospitals', hospital, 'state', 'hospital.db'));
    database.prepare("UPDATE jobs SET state = '{' WHERE run = ?").run(run);
    database.close();
  }

  /** Ends a hospital in this process and starts it again from its folder. */
  async restart(hospital: string): Promise<void> {
    const index = this.#hospitals.findIndex(({ config }) => config.hospital === hospital);
    const [old] = this.#hospitals.splice(index, 1);
    await old?.[Symbol.asyncDispose]();
    await this.#start(hospital);
  }

  async #start(id: string): Promise<void> {
    const file = join(this.#home, 'hospitals', id, 'hospital.json');
    const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await writeFile(
      file,
      JSON.stringify({ ...config, coordinator: `ws://127.0.0.1:${port}/v1/hospital` })
    );
    const hospital = await startHospital(file);
    await hospital.connected;
    this.#hospitals.push(hospital);
  }

  #greet(socket: WebSocket): void {
    socket.once('message', (data: Buffer) => {
      const hello = HospitalMessage.parse(decodeFrame(data).payload);
      if (hello.type !== 'hello') return;
      this.#sockets.set(hello.hospital, socket);
      const openRuns = [...this.#runs];
      this.#write(socket, { type: 'welcome', version: 1, nonce: hello.nonce, openRuns });
    });
    this.#write(socket, {
      type: 'challenge',
      versions: [1],
      nonce: randomBytes(32).toString('hex')
    });
  }

  #write(socket: WebSocket, message: CoordinatorMessage): void {
    socket.send(encodeFrame(message, signWith(this.#coordinatorKey)));
  }

  /** Ends hospitals and server. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const hospital of this.#hospitals) await hospital[Symbol.asyncDispose]();
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }
}
