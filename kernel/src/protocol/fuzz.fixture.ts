import { createHmac } from 'node:crypto';

/** Key of the connection that is fuzzed. */
export const FUZZ_KEY = 'the key of the fuzz';

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A message for the kernel; `signed` = its signature is right and it is whole, so that it may be answered. */
export interface FuzzMessage {
  readonly id: string;
  readonly frames: readonly Buffer[];
  readonly signed: boolean;
}

const TYPES = [
  ...['execute_request', 'complete_request', 'inspect_request', 'is_complete_request'],
  ...['history_request', 'comm_open', 'comm_msg', 'comm_close', 'comm_info_request'],
  ...['kernel_info_request', 'create_subshell_request', 'delete_subshell_request'],
  ...['list_subshell_request', 'debug_request', 'interrupt_request', 'input_reply', 'nothing', '']
];
const KEYS = [
  ...['code', 'cursor_pos', 'silent', 'user_expressions', 'stop_on_error', 'comm_id', 'data'],
  ...['target_name', 'hist_access_type', 'n', 'pattern', 'session', 'start', 'value', '__proto__'],
  ...['subshell_id', 'output', 'unique', 'store_history', 'allow_stdin', 'cellId']
];
const VALUES: readonly unknown[] = [
  ...[null, true, -1, 0, 1e308, 2 ** 53, '', 'a', '%%federated', '%%federated x as y\n1', '?a'],
  ...['🙂\ud800', '*'.repeat(500), 'x'.repeat(20_000), [], {}, [[]], { a: { b: 1 } }, 'tail'],
  ...['range', 'search', 'wardbook.federation', 'wardbook.language', 'c1', 'for (;;', '`${']
];
const DEEP = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

/** Makes messages of all kinds of wrongness, and some that are right. */
export class FuzzMaker {
  readonly #random: () => number;
  #made = 0;
  #last: readonly Buffer[] = [];

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  /** The next message. */
  next(): FuzzMessage {
    this.#made += 1;
    const id = `fuzz-${this.#made}`;
    const parts = this.#parts(id);
    const frames = [Buffer.from('<IDS|MSG>'), Buffer.from(signatureOf(parts)), ...parts];
    const buffers = this.#below(6) === 0 ? [Buffer.alloc(this.#below(50_000))] : [];
    const whole = [...frames, ...buffers];
    if (this.#below(3) === 0) {
      this.#last = whole;
      return { id, frames: whole, signed: true };
    }
    const broken = this.#broken(whole);
    // A message that lost its buffers alone is one still.
    const signed = whole.slice(0, 6).every((frame, at) => broken[at]?.equals(frame) === true);
    return { id, frames: broken, signed };
  }

  #parts(id: string): Buffer[] {
    const type = this.#pick(TYPES);
    const subshell = this.#below(10) === 0 ? { subshell_id: this.#pick(VALUES) } : {};
    const header = { msg_id: id, msg_type: type, session: 's', username: 'u', ...subshell };
    const content = this.#below(40) === 0 ? `{"data":${DEEP},"code":1}` : this.#record();
    return [JSON.stringify(header), this.#record(), this.#record(), content].map(part =>
      Buffer.from(part)
    );
  }

  #record(): string {
    const entries = Array.from(
      { length: this.#below(6) },
      () => `${JSON.stringify(this.#pick(KEYS))}:${JSON.stringify(this.#pick(VALUES))}`
    );
    return `{${entries.join(',')}}`;
  }

  /** What a wrong client, a cut connection or an attacker without the key would send. */
  #broken(frames: readonly Buffer[]): readonly Buffer[] {
    const at = this.#below(frames.length);
    const frame = frames[at] ?? Buffer.alloc(0);
    const with_ = (bytes: Buffer) => frames.map((other, index) => (index === at ? bytes : other));
    switch (this.#below(9)) {
      case 0:
        return frames.slice(0, Math.min(at, 5));
      case 1:
        return [...frames.slice(0, 1), Buffer.from('0'.repeat(64)), ...frames.slice(2)];
      case 2:
        return [...frames.slice(0, 1), Buffer.alloc(0), ...frames.slice(2)];
      case 3:
        return [...frames].reverse();
      case 4:
        return [Buffer.alloc(this.#below(2_000_000)), Buffer.from('rubbish')];
      case 5:
        // Sent again as it was: a replay.
        return this.#last.length > 0 ? this.#last : [Buffer.alloc(0)];
      case 6:
        return [...frames.slice(0, 2), ...frames.slice(2, 5).map(() => Buffer.from('{'))];
      case 7:
        return with_(Buffer.concat([frame, Buffer.from([this.#below(256)])])).slice(0, 6);
      default:
        return with_(frame.length > 0 ? frame.subarray(1) : Buffer.from('<')).slice(0, 6);
    }
  }

  #pick<Value>(values: readonly Value[]): Value {
    return values[this.#below(values.length)] as Value;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** Signature of the four parts of a message. */
export function signatureOf(parts: readonly Buffer[], key = FUZZ_KEY): string {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}
