import { once } from 'node:events';
import {
  FINAL_STATES,
  isErrorCode,
  wardbookError,
  type FederationView,
  type RunView,
  type SignedRequest,
  type StudyView
} from '@wardbook/protocol';
import { WebSocket } from 'ws';
import { callJson, type JsonAnswer } from './http-json.js';

/** How to reach a gateway: the coordinator itself or a lab's `/wardbook/`. */
export interface GatewayClientOptions {
  /** Base address, ends in a slash; `v1/…` is appended. */
  readonly url: string;
  readonly token: string;
  /** Signs requests for a member; without it the gateway must do so. */
  readonly signer?: (plan: unknown, purpose: string) => SignedRequest;
}

const CALL_MS = 30_000;
const RETRY_MS = 250;

/** Typed access to the gateway API. */
export class GatewayClient {
  readonly #options: GatewayClientOptions;
  constructor(options: GatewayClientOptions) {
    this.#options = options;
  }

  /** State of the federation. */
  async federation(): Promise<FederationView> {
    return (await this.#call('GET', 'v1/federation')) as FederationView;
  }

  /** A study with charter and dictionary. */
  async study(id: string): Promise<StudyView> {
    return (await this.#call('GET', `v1/studies/${encodeURIComponent(id)}`)) as StudyView;
  }

  /** Starts a run; `waitMs` > 0 answers with the ended run when it ends within it. */
  async submit(plan: unknown, purpose: string, waitMs = 0): Promise<RunView> {
    const request = this.#options.signer?.(plan, purpose);
    const body = { plan, purpose, ...(request && { request }) };
    return (await this.#call('POST', `v1/runs?waitMs=${waitMs}`, body)) as RunView;
  }

  /** The run as it is. */
  async view(run: string): Promise<RunView> {
    return (await this.#call('GET', `v1/runs/${run}`)) as RunView;
  }

  /** Cancels a run. */
  async cancel(run: string): Promise<RunView> {
    return (await this.#call('POST', `v1/runs/${run}/cancel`)) as RunView;
  }

  /** Every state of a run until its end; survives a restart of the gateway. */
  async *follow(run: string, signal?: AbortSignal): AsyncGenerator<RunView, void, void> {
    for (;;) {
      signal?.throwIfAborted();
      const seen: RunView[] = [];
      const socket = this.#socket(`v1/runs/${run}/events`);
      const ended = once(socket, 'close').catch(() => undefined);
      socket.on('error', () => undefined);
      socket.on('message', (data: Buffer) =>
        seen.push(JSON.parse(data.toString('utf8')) as RunView)
      );
      const abort = () => socket.terminate();
      signal?.addEventListener('abort', abort, { once: true });
      for (let open = true; open;) {
        await Promise.race([
          once(socket, 'message').catch(() => undefined),
          ended.then(() => (open = false))
        ]);
        for (const view of seen.splice(0)) {
          yield view;
          if (FINAL_STATES.includes(view.state)) return socket.terminate();
        }
      }
      signal?.removeEventListener('abort', abort);
      await new Promise(resolve => setTimeout(resolve, RETRY_MS));
    }
  }

  /** Asks and waits for the end. @throws WardbookError of the gateway for a plan that is refused at once */
  async run(plan: unknown, purpose: string, signal?: AbortSignal): Promise<RunView> {
    const started = await this.submit(plan, purpose, 2_000);
    if (FINAL_STATES.includes(started.state)) return started;
    let last = started;
    for await (const view of this.follow(started.run, signal)) last = view;
    return last;
  }

  #socket(path: string): WebSocket {
    const url = new URL(path, this.#options.url);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return new WebSocket(url, { headers: this.#headers(), perMessageDeflate: false });
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#options.token}` };
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    let answer: JsonAnswer;
    try {
      const url = new URL(path, this.#options.url);
      answer = await callJson({ method, url, headers: this.#headers(), body, timeoutMs: CALL_MS });
    } catch (error) {
      throw wardbookError('COORDINATOR_UNREACHABLE', {}, { cause: error });
    }
    if (answer.ok && answer.body !== null) return answer.body;
    const { error } = (answer.body ?? {}) as {
      error?: { code: string; limits?: Record<string, string> };
    };
    const code = error?.code ?? '';
    throw wardbookError(isErrorCode(code) ? code : 'COORDINATOR_UNREACHABLE', error?.limits ?? {});
  }
}
